using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Tests.Comparison;

public sealed class ComparisonReportTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fliqs-comparison-");

    [Fact]
    public void Means_deviations_and_the_gap_are_those_of_the_runs_that_are_there()
    {
        var cells = ComparisonPlan.Create(
            new RunConfig { Model = "resnet8", Width = 0.25, Methods = "uniform,fliqs,bf16", Targets = "1.0xINT3", Seeds = "1,2" }, folder.FullName);
        Complete(cells, "uniform-1.0xINT3-seed1", 0.80, 1);
        Complete(cells, "uniform-1.0xINT3-seed2", 0.84, 1);
        Complete(cells, "fliqs-1.0xINT3-seed1", 0.90, 0.97);
        Complete(cells, "bf16-seed1", 0.91, 20);
        Complete(cells, "bf16-seed2", 0.93, 20);

        var report = ComparisonReport.Of(cells, new Dictionary<string, string> { ["fliqs-1.0xINT3-seed2"] = "it diverged" });

        Assert.Equal(["uniform", "fliqs", "bf16"], report.Rows.Select(r => r.Method));
        var (uniform, fliqs, reference) = (report.Rows[0], report.Rows[1], report.Rows[2]);
        Assert.Equal(0.82, uniform.Accuracy!.Value, 12);
        Assert.Equal(0.04 / Math.Sqrt(2), uniform.Deviation!.Value, 12);
        Assert.Equal(0, uniform.GapRecovered!.Value, 12);
        Assert.Equal((1, 1), (fliqs.Runs, fliqs.Missing));
        Assert.Null(fliqs.Deviation);
        Assert.Equal(0.08 / 0.10, fliqs.GapRecovered!.Value, 12);
        Assert.Equal(0.97, fliqs.GreatestCost!.Value, 12);
        Assert.Null(reference.LeastCost);
        Assert.Equal("it diverged", report.Runs.Single(r => r.Failure is not null).Failure);
        var markdown = report.ToMarkdown();
        Assert.Contains("| 1.0xINT3 | fliqs | 1 of 2 | 90.00 | 0.970 to 0.970 | 0.80 | 12 | 345 |", markdown);
        Assert.Contains("| 1.0xINT3 | uniform | 2 | 82.00 ± 2.83 | 1.000 to 1.000 | 0.00 | 12 | 345 |", markdown);
        Assert.Contains("    # failed: it diverged", markdown);
    }

    [Fact]
    public void Nothing_is_claimed_without_runs()
    {
        var cells = ComparisonPlan.Create(new RunConfig { Model = "resnet8", Width = 0.25 }, folder.FullName);
        var rows = ComparisonReport.Of(cells, new Dictionary<string, string>()).Rows;
        Assert.All(rows, r => Assert.Equal((0, 3, null, null, null), (r.Runs, r.Missing, r.Accuracy, r.GapRecovered, r.PeakMemory)));
    }

    public void Dispose() => folder.Delete(recursive: true);

    internal static void Complete(IEnumerable<ComparisonCell> cells, string name, double accuracy, double relativeCost)
    {
        var cell = cells.Single(c => c.Name == name);
        var run = RunFolder.Create(cell.Config.Out!);
        File.WriteAllText(run.Config, ConfigFile.Write(RunDefaults.Resolve(cell.Config)));
        File.WriteAllText(run.Result, new RunResult
        {
            Method = cell.Method,
            Model = "resnet8",
            Data = "digits",
            Seed = cell.Config.Seed,
            Accuracy = accuracy,
            ValidationAccuracy = accuracy,
            Cost = relativeCost * (cell.Limit ?? 1),
            CostUnit = "GBOPs",
            Assignment = new Dictionary<string, FormatPair>(),
            Layers = [],
            History = [],
            Config = new Dictionary<string, string>(),
            Seconds = 12,
            PeakMemory = 345_000_000,
        }.ToJson());
    }
}
