using Fliqs.Storage;
using Fliqs.Training;
using TorchSharp;

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
        using var run = TrainedRun.Load(folder, dataDir);
        var device = Devices.Parse(run.Config.Device);
        run.Model.Network.to(device);
        var evaluation = new Evaluation(
            run.Config.Data, Evaluator.Accuracy(run.Model, run.Data.Test, device), Evaluator.Accuracy(run.Model, run.Data.Validation, device),
            run.Result.Accuracy);
        if (run.Files.Unreadable.Summary is { } summary)
            note?.Invoke(summary);
        return evaluation;
    }
}
