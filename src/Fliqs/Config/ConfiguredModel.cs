using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Models.Mobile;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Results;
using Fliqs.Space;
using Fliqs.Storage;
using Fliqs.Supernets;
using static TorchSharp.torch;

namespace Fliqs.Config;

/// <summary>The network that a configuration describes, and its formats.</summary>
public static class ConfiguredModel
{
    /// <summary>Builds the network with weights drawn by the seed. Input and classes default to those of the data set.</summary>
    /// <exception cref="InputException">Unknown names, or sizes that the network cannot have.</exception>
    public static QuantizedModel Create(RunConfig config) =>
        Create(config, MobileSpaceFile.IsMeantBy(config.Model!) ? MobileSpaceFile.Read(config.Model!).Plain() : null);

    /// <summary>Builds a network of mobile blocks, the largest of a space, with weights drawn by the seed; the one that is named where it is null.</summary>
    public static QuantizedModel Create(RunConfig config, MobileSpace? blocks)
    {
        random.manual_seed(config.Seed);
        return Prepare(config, ModelCatalog.Create(Specification(config, blocks)));
    }

    /// <summary>Builds the supernet of the architectures around the network, or of those in its file, with weights drawn by the seed.</summary>
    /// <exception cref="InputException">The network has no architectures to search, or the space contradicts itself.</exception>
    public static Supernet CreateSupernet(RunConfig config)
    {
        if (config.Weights is { } weights)
            throw new InputException($"weights {weights}: a search over architectures begins with new weights; leave out --weights or --nas");
        if (config.Table is { } table)
            throw new InputException($"table {table}: is of the layers of one network, and a search over architectures changes them; use the cost bops or size");
        if (config.ReSolve is { } run)
            throw new InputException($"re-solve {run}: a search over architectures keeps the weights of the one it found; search anew");
        var blocks = MobileSpaceFile.IsMeantBy(config.Model!)
            ? MobileSpaceFile.Read(config.Model!)
            : ModelCatalog.MobileBlocks(config.Model!)?.Searched()
                ?? throw new InputException($"nas: {config.Model} has no blocks to choose; use mobilenet_v2, efficientnet_b0 or a YAML file of blocks");
        if (config.Stem == Stem.Small)
            blocks = blocks.ForSmallImages();
        var spec = Specification(config, blocks with { Width = blocks.Width * (config.Width ?? 1) });
        random.manual_seed(config.Seed);
        var supernet = new Supernet(spec.Mobile!, spec.Channels, spec.Classes, spec.Size);
        Prepare(config, supernet.Model);
        return supernet;
    }

    private static ModelSpec Specification(RunConfig config, MobileSpace? blocks)
    {
        var data = DataSetCatalog.Info(ConfiguredData.Request(config));
        return new ModelSpec(
            config.Model!, config.Classes ?? data.Classes, config.Channels ?? data.Channels, config.Input ?? data.Height,
            config.Width, config.Depth, config.Heads, config.Patch, config.Stem, config.Aux)
        {
            Mobile = blocks,
        };
    }

    private static QuantizedModel Prepare(RunConfig config, QuantizedModel model)
    {
        if (config.Compute == ComputeKind.Bf16 && config.Device != "cpu")
            throw new InputException($"compute bf16: is of the processor, and the device is {config.Device}; leave out --compute");
        var onCodes = config.Compute == ComputeKind.Bf16
            || (config.Compute == ComputeKind.Auto && config.Device == "cpu" && Processor.MultipliesBFloat16);
        foreach (var (_, layer) in model.Layers)
            (layer.ScaleRule, layer.ComputesOnCodes) = (config.Scale, onCodes);
        model.RoundsSums = config.RoundSums;
        return model;
    }

    /// <summary>Builds the network as <see cref="Create(RunConfig)"/> does, and starts it from published weights where there are any.</summary>
    /// <returns>The network, and what was not taken from the file of weights.</returns>
    /// <exception cref="InputException">As <see cref="Create(RunConfig)"/>, or the weights do not fit.</exception>
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
        var model = result.Architecture is { } found ? Create(config with { Width = null, Stem = Stem.Standard }, found) : Create(config);
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
        SearchSpace.RefuseUnsigned([Format(config.WarmupFormat)], "warmup-format");
        if (config.Assignment is not { } file)
        {
            var format = Format(config.Format ?? "FP32");
            SearchSpace.RefuseUnsigned([format], "format");
            return model.UniformFormats(format);
        }

        var formats = AssignmentFile.Read(file);
        SearchSpace.RefuseUnsigned(formats.Values.Select(f => f.Weight), file);
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
