using System.Text.Json;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Storage;

namespace Fliqs.Tests.Report;

/// <summary>A run folder of a search that was never made: three layers, forty steps, a policy that settles.</summary>
internal static class ExampleRun
{
    public const int Steps = 40;

    private static readonly string[] Names = ["conv1", "layer1.0.conv1", "fc"];

    /// <summary>Makes the folder.</summary>
    /// <param name="path">Of the folder.</param>
    /// <param name="change">What is different in the result; null for a run that is not complete.</param>
    /// <param name="changeStep">What is different in every step.</param>
    public static RunFolder Create(string path, Func<RunResult, RunResult>? change, Func<StepRecord, StepRecord>? changeStep = null)
    {
        var folder = RunFolder.Create(path);
        var config = RunDefaults.Resolve(new RunConfig { Epochs = 4, Out = path });
        File.WriteAllText(folder.Config, ConfigFile.Write(config));
        File.WriteAllLines(folder.Metrics, Enumerable.Range(0, Steps).Select(Step)
            .Select(s => JsonSerializer.Serialize(changeStep is null ? s : changeStep(s), JsonFormat.Compact)));
        if (change is not null)
            File.WriteAllText(folder.Result, change(Result(config)).ToJson());
        return folder;
    }

    public static StepRecord Step(int step) => step switch
    {
        < 10 => new StepRecord(step, "warm-up", 2 - (0.1 * step), 0.1 + (0.05 * step), 0.010, 0.004, Entropy: Math.Log(3)),
        < 30 => new StepRecord(
            step, "explore", 1 - (0.02 * step), 0.6 + (0.01 * step), 0.002 + (0.00005 * (step % 4)), 0.0021, -0.5, -0.6, 0.1, 0.6 - (0.02 * (step - 10)),
            Names.ToDictionary(n => n, n => (IReadOnlyDictionary<string, double>)new Dictionary<string, double>
            {
                ["INT2"] = 0.5 - (0.02 * (step - 10)),
                ["INT4"] = 0.5 + (0.02 * (step - 10)),
            })),
        _ => new StepRecord(step, "final", 0.3, 0.9, 0.002, 0.0021, Entropy: 0.2),
    };

    public static RunResult Result(RunConfig config) => new()
    {
        Method = "fliqs",
        Verb = "search",
        Model = config.Model!,
        Data = config.Data,
        Seed = config.Seed,
        Accuracy = 0.9525,
        ValidationAccuracy = 0.9610,
        Cost = 0.002,
        Target = 0.0021,
        CostUnit = "GBOPs",
        Assignment = Names.ToDictionary(n => n, _ => new FormatPair("INT4", "INT4")),
        Layers =
        [
            new LayerResult(Names[0], "INT8", "INT8", 1000, 72, 0.0005, 0.25),
            new LayerResult(Names[1], "INT2", "INT2", 9000, 576, 0.0014, 0.7),
            new LayerResult(Names[2], "BF16", "BF16", 320, 320, 0.0001, 0.05),
        ],
        Decisions = [.. Names.Zip(["INT8", "INT2", "BF16"], (name, choice) => new DecisionResult(name, [name], choice, null))],
        Uniform = new UniformResult("INT3", 0.0021, 0.9375, 0.95),
        History = [.. Enumerable.Range(1, 4).Select(e => new EpochRecord(e, 10 * e, 1.0 / e, 0.2 * e, 0.23 * e, 0.002, 0.5))],
        Config = new Dictionary<string, string>(),
        Seconds = 61,
        PeakMemory = 250_000_000,
    };
}
