using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Results;
using Fliqs.Space;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs.Config;

/// <summary>The network that a configuration describes, and its formats.</summary>
public static class ConfiguredModel
{
    /// <summary>Builds the network with weights drawn by the seed. Input and classes default to those of the data set.</summary>
    /// <exception cref="InputException">Unknown names, or sizes that the network cannot have.</exception>
    public static QuantizedModel Create(RunConfig config)
    {
        var data = DataSetCatalog.Info(ConfiguredData.Request(config));
        random.manual_seed(config.Seed);
        var model = ModelCatalog.Create(new ModelSpec(
            config.Model!, config.Classes ?? data.Classes, config.Channels ?? data.Channels, config.Input ?? data.Height,
            config.Width, config.Depth, config.Heads, config.Patch, config.Stem, config.Aux));
        var onCodes = config.Compute == ComputeKind.Bf16
            || (config.Compute == ComputeKind.Auto && config.Device == "cpu" && Processor.MultipliesBFloat16);
        foreach (var (_, layer) in model.Layers)
            (layer.ScaleRule, layer.ComputesOnCodes) = (config.Scale, onCodes);
        return model;
    }

    /// <summary>Builds the network as <see cref="Create"/> does, and starts it from published weights where there are any.</summary>
    /// <returns>The network, and what was not taken from the file of weights.</returns>
    /// <exception cref="InputException">As <see cref="Create"/>, or the weights do not fit.</exception>
    public static (QuantizedModel Model, IReadOnlyList<string> Notes) Begin(RunConfig config)
    {
        var model = Create(config);
        return (model, config.Weights is { } file ? PublishedWeights.Load(model, file) : []);
    }

    /// <summary>The network of a finished run, with its weights, in the formats that it was trained for.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="config">Its configuration.</param>
    /// <param name="result">Its result.</param>
    /// <exception cref="InputException">A file is missing or damaged, or does not fit the others.</exception>
    public static QuantizedModel OfRun(RunFolder folder, RunConfig config, RunResult result)
    {
        var model = Create(config);
        ModuleState.Load(model.Network, folder.Model);
        model.Apply(result.Assignment.ToDictionary(a => a.Key, a => new LayerFormats(Format(a.Value.Weight), Format(a.Value.Activation))));
        return model;
    }

    /// <summary>The formats that --format or --assignment asks for; FP32 without either.</summary>
    /// <exception cref="InputException">An unknown format, or a file that cannot be read or does not fit.</exception>
    public static IReadOnlyDictionary<string, LayerFormats> FormatsOf(RunConfig config, QuantizedModel model)
    {
        if (config is { Format: not null, Assignment: not null })
            throw new InputException("--format and --assignment exclude each other");
        if (config.Assignment is not { } file)
            return model.UniformFormats(Format(config.Format ?? "FP32"));
        var formats = AssignmentFile.Read(file);
        try
        {
            model.Apply(formats);
        }
        catch (InputException e)
        {
            throw new InputException($"{file}: {e.Message}; is it for another model than {config.Model}?", e);
        }

        return formats;
    }

    /// <summary>A format by name.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static NumberFormat Format(string name) => NumberFormat.TryParse(name, out var format)
        ? format
        : throw new InputException($"unknown format '{name}', see 'fliqs formats'{NameSuggestion.Hint(name, NumberFormat.All.Select(f => f.Name))}");
}
