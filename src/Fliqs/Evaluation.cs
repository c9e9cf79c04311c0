using Fliqs.Config;
using Fliqs.Data;
using Fliqs.Results;
using Fliqs.Storage;
using Fliqs.Training;

namespace Fliqs;

/// <summary>The accuracy of a finished run measured again: what <c>fliqs eval</c> does.</summary>
/// <param name="Data">The data set.</param>
/// <param name="Accuracy">Share of correct predictions on the test images.</param>
/// <param name="ValidationAccuracy">The same on the images held out for validation.</param>
/// <param name="RecordedAccuracy">What the result of the run says of the test images.</param>
public sealed record Evaluation(string Data, double Accuracy, double ValidationAccuracy, double RecordedAccuracy)
{
    /// <summary>Loads the network of a run and evaluates it.</summary>
    /// <param name="folder">The run folder.</param>
    /// <param name="dataDir">Where the data set is; null for where it was.</param>
    /// <param name="note">Receives what a person should know of the data, a line at a time.</param>
    /// <exception cref="InputException">The run is not complete, or a file is missing or damaged.</exception>
    public static Evaluation Of(RunFolder folder, string? dataDir = null, Action<string>? note = null)
    {
        var result = RunResult.Load(folder);
        var config = ConfigFile.Read([folder.Config], dataDir is null ? [] : [("data-dir", dataDir)]);
        var files = DataSetCatalog.Load(ConfiguredData.Request(config));
        var data = DataSplit.Create(files.Train, files.Test, config.Seed, config.Validation);
        using var model = ConfiguredModel.OfRun(folder, config, result);
        var device = Devices.Parse(config.Device);
        var evaluation = new Evaluation(
            config.Data, Evaluator.Accuracy(model, data.Test, device), Evaluator.Accuracy(model, data.Validation, device), result.Accuracy);
        if (files.Unreadable.Summary is { } summary)
            note?.Invoke(summary);
        return evaluation;
    }
}
