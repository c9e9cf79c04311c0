using System.Globalization;
using System.Text.Json;
using Fliqs.Config;
using Fliqs.Data;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Results;
using Fliqs.Storage;
using static TorchSharp.torch;

namespace Fliqs;

/// <summary>A finished run with its network and its data, to evaluate or to export it.</summary>
public sealed class TrainedRun : IDisposable
{
    private const int CalibrationBatch = 64;

    private TrainedRun(RunResult result, RunConfig config, ImageData files, QuantizedModel model)
    {
        (Result, Config, Files, Model) = (result, config, files, model);
        Data = DataSplit.Create(files.Train, files.Test, config.Seed, config.Validation);
    }

    /// <summary>Reads a run from its folder.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="dataDir">Where the data set is; null for where it was.</param>
    /// <exception cref="InputException">The run is not complete, or a file is missing or damaged.</exception>
    public static TrainedRun Load(RunFolder folder, string? dataDir = null)
    {
        var result = RunResult.Load(folder);
        var config = ConfigFile.Read([folder.Config], dataDir is null ? [] : [("data-dir", dataDir)]);
        ConfiguredData.CheckFolder(config.Data, dataDir);
        var files = DataSetCatalog.Load(ConfiguredData.Request(config));
        if (config.Classes is { } classes && classes != files.Test.Info.Classes)
            throw new InputException($"{folder.Root}: was trained on {classes} classes, but {config.Data} has {files.Test.Info.Classes} now; give its own data with --data-dir");
        return new TrainedRun(result, config, files, ConfiguredModel.OfRun(folder, config, result));
    }

    /// <summary>What the run left behind.</summary>
    public RunResult Result { get; }

    /// <summary>Its configuration.</summary>
    public RunConfig Config { get; }

    /// <summary>Its files of images.</summary>
    public ImageData Files { get; }

    /// <summary>The same images in the three parts that it worked with.</summary>
    public DataSplit Data { get; }

    /// <summary>The trained network in its formats.</summary>
    public QuantizedModel Model { get; }

    /// <summary>Gives all layers static scales for their inputs, found on training images without augmentation.</summary>
    /// <param name="images">How many, at least 1, in whole batches of up to 64; all if there are fewer.</param>
    public void Calibrate(int images)
    {
        var batch = Model.SamplesAtOnce(Math.Min(CalibrationBatch, images));
        Calibration.Run(Model, BatchLoader.Shuffled(Data.Training, batch, Config.Seed).Epoch(0).Take((int)(((long)images + batch - 1) / batch)), CPU);
    }

    /// <summary>What an exported file says of the run besides the network: text by key.</summary>
    public IReadOnlyDictionary<string, string> Metadata() => new Dictionary<string, string>
    {
        ["fliqs.model"] = Result.Model,
        ["fliqs.data"] = Result.Data,
        ["fliqs.method"] = Result.Method,
        ["fliqs.seed"] = Result.Seed.ToString(CultureInfo.InvariantCulture),
        ["fliqs.accuracy"] = Result.Accuracy.ToString(CultureInfo.InvariantCulture),
        ["fliqs.mean"] = Numbers(Files.Test.Info.Mean),
        ["fliqs.std"] = Numbers(Files.Test.Info.Std),
        ["fliqs.assignment"] = JsonSerializer.Serialize(Result.Assignment, JsonFormat.Compact),
    };

    /// <inheritdoc/>
    public void Dispose() => Model.Dispose();

    private static string Numbers(IEnumerable<float> values) =>
        string.Join(' ', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
