using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Tests.Report;

/// <summary>The folder of a comparison whose runs were never made: two methods at two budgets and the reference, two seeds, one run failed, one missing.</summary>
internal static class ExampleComparison
{
    public const string Failed = "fliqs-1.0xINT4-seed1";

    private static readonly RunConfig Config = new()
    {
        Model = "resnet8",
        Width = 0.25,
        Methods = "uniform,fliqs,bf16",
        Targets = "1.0xINT2,1.0xINT4",
        Seeds = "1,2",
    };

    /// <summary>Makes the folder with <c>comparison.json</c>, or with <c>pareto.json</c>.</summary>
    public static string Create(string root, bool front)
    {
        Directory.CreateDirectory(root);
        var cells = ComparisonPlan.Create(Config, root);
        foreach (var (cell, i) in cells.Select((c, i) => (c, i)).Where(c => !c.c.Name.StartsWith("fliqs-1.0xINT4", StringComparison.Ordinal)))
        {
            var run = RunFolder.Create(cell.Config.Out!);
            File.WriteAllText(run.Config, ConfigFile.Write(RunDefaults.Resolve(cell.Config)));
            File.WriteAllText(run.Result, Result(cell, i).ToJson());
        }

        var failures = new Dictionary<string, string> { [Failed] = "it <diverged>" };
        if (front)
            File.WriteAllText(Path.Combine(root, "pareto.json"), ParetoReport.Of(Config, cells, failures).ToJson());
        else
            File.WriteAllText(Path.Combine(root, "comparison.json"), ComparisonReport.Of(cells, failures).ToJson());
        return root;
    }

    private static RunResult Result(ComparisonCell cell, int index) => new()
    {
        Method = cell.Method,
        Model = "resnet8",
        Data = "digits",
        Seed = cell.Config.Seed,
        Accuracy = 0.7 + (0.02 * index),
        ValidationAccuracy = 0.7,
        Cost = cell.Limit ?? 0.5,
        CostUnit = "GBOPs",
        Assignment = new Dictionary<string, FormatPair>(),
        Layers =
        [
            new LayerResult("conv1", cell.Method == "fliqs" ? "INT8" : "INT2", "INT2", 1000, 72, 0.1, 0.5),
            new LayerResult("fc", "INT2", "INT2", 1000, 72, 0.1, 0.5),
        ],
        History = [],
        Config = new Dictionary<string, string>(),
        Seconds = 12,
    };
}
