using Fliqs.Comparison;
using Fliqs.Config;

namespace Fliqs.Tests.Comparison;

public sealed class ParetoReportTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fliqs-pareto-");

    private RunConfig Config { get; } = new()
    {
        Model = "resnet8",
        Width = 0.25,
        Methods = "uniform,fliqs,bf16",
        Targets = "1.0xINT4,1.0xINT2,1.0xINT8",
        Seeds = "1,2",
    };

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Points_are_means_over_seeds_and_fronts_and_areas_are_those_of_the_points()
    {
        var cells = ComparisonPlan.Create(Config, folder.FullName);
        foreach (var (name, accuracy, relativeCost) in new[]
        {
            ("uniform-1.0xINT2-seed1", 0.50, 1), ("uniform-1.0xINT2-seed2", 0.54, 1),
            ("uniform-1.0xINT4-seed1", 0.80, 1), ("uniform-1.0xINT8-seed1", 0.79, 1), ("uniform-1.0xINT8-seed2", 0.79, 1),
            ("fliqs-1.0xINT2-seed1", 0.52, 1), ("fliqs-1.0xINT4-seed1", 0.90, 0.5), ("bf16-seed1", 0.95, 1.0),
        })
            ComparisonReportTests.Complete(cells, name, accuracy, relativeCost);

        var report = ParetoReport.Of(Config, cells, new Dictionary<string, string> { ["fliqs-1.0xINT8-seed1"] = "it diverged" });

        Assert.Equal(
            [
                "uniform 1.0xINT2 2 0 True True", "uniform 1.0xINT4 1 1 True False", "uniform 1.0xINT8 2 0 False False",
                "fliqs 1.0xINT2 1 1 True True", "fliqs 1.0xINT4 1 1 True True", "fliqs 1.0xINT8 0 2 False False",
            ],
            report.Points.Select(p => $"{p.Method} {p.Target} {p.Runs} {p.Missing} {p.OnMethodFront} {p.OnFront}"));
        Assert.Equal(0.52, report.Points[0].Accuracy!.Value, 1e-12);
        Assert.Equal(0.04 / Math.Sqrt(2), report.Points[0].Deviation!.Value, 1e-12);
        Assert.Equal(report.Points[1].Limit / 2, report.Points[4].Cost!.Value, 1e-12);
        Assert.Null(report.Points[5].Cost);
        Assert.Equal((report.Points[2].Limit, 0.1), (report.Reference.Cost, report.Reference.Accuracy));

        // INT2, INT4 and INT8 are two octaves apart
        Assert.Equal(["uniform", "fliqs"], report.Methods.Select(m => m.Method));
        Assert.Equal((2 * 0.42) + (2 * 0.70), report.Methods[0].Hypervolume!.Value, 1e-9);
        Assert.Equal((1 * 0.42) + (3 * 0.80), report.Methods[1].Hypervolume!.Value, 1e-9);

        Assert.Equal(cells.Select(c => c.Command), report.Runs.Select(r => r.Command));
        Assert.Contains("| fliqs | 1.0xINT4 | 1 of 2 | ", report.ToMarkdown());
        Assert.Contains("| uniform | 2.2400 |", report.ToMarkdown());
        Assert.Contains("    # failed: it diverged", report.ToMarkdown());
    }

    [Fact]
    public void Nothing_is_claimed_without_runs()
    {
        var report = ParetoReport.Of(Config, ComparisonPlan.Create(Config, folder.FullName), new Dictionary<string, string>());
        Assert.All(report.Methods, m => Assert.Null(m.Hypervolume));
        Assert.All(report.Points, p => Assert.False(p.OnFront || p.OnMethodFront));
        Assert.DoesNotContain("NaN", report.ToJson());
    }
}
