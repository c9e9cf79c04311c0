using Fliqs.Tests.Report;

namespace Fliqs.Tests.EndToEnd;

public sealed class CompareCommandTests
{
    private const string Compare = $"compare --epochs 2 {Cli.Tiny} --methods uniform,fliqs --seeds 1,2 --out all";

    [Fact]
    public async Task A_comparison_that_is_stopped_goes_on_where_it_stood()
    {
        using var cli = new Cli();
        (await cli.Interrupt(Compare, ("1/4  ", Cli.SigTerm))).Ended(130);
        var first = File.GetLastWriteTimeUtc(cli["all/uniform-1.0xINT3-seed1/result.json"]);

        var report = ResultFile.Parse((await cli.Run($"{Compare} --json --quiet")).Ended(0).Out);
        Assert.Equal(first, File.GetLastWriteTimeUtc(cli["all/uniform-1.0xINT3-seed1/result.json"]));
        Assert.Equal(["uniform", "fliqs"], report["rows"]!.AsArray().Select(r => (string)r!["method"]!));
        Assert.All(report["rows"]!.AsArray(), r => Assert.Equal((2, 0), ((int)r!["runs"]!, (int)r["missing"]!)));
        Assert.Equal(report["rows"]!.ToJsonString(), ResultFile.Parse(await File.ReadAllTextAsync(cli["all/comparison.json"]))["rows"]!.ToJsonString());

        Assert.Contains("uniform", PageText.Letters(PageText.Drawings(await File.ReadAllTextAsync(cli["all/report.html"]))["methods-1.0xINT3"]));

        // each run is the one that its command makes by itself
        var command = (string)report["runs"]!.AsArray().Single(r => (string)r!["name"]! == "fliqs-1.0xINT3-seed2")!["command"]!;
        (await cli.Run(command["fliqs ".Length..].Replace("--out all/", "--out alone/") + " --quiet")).Ended(0);
        Assert.Equal(
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["all/fliqs-1.0xINT3-seed2/result.json"])),
            ResultFile.Comparable(await File.ReadAllTextAsync(cli["alone/fliqs-1.0xINT3-seed2/result.json"])));
    }

    [Fact]
    public async Task Ctrl_C_in_a_terminal_stops_all_runs_and_loses_none()
    {
        using var cli = new Cli();
        var stopped = (await cli.InterruptAll(
            $"compare --epochs 300 {Cli.Tiny} --methods uniform,fliqs,bf16:epochs=3 --seeds 1 --jobs 3 --out both", ("1/3  bf16", Cli.SigInt))).Ended(130);
        Assert.DoesNotContain("failed", stopped.Out);
        Assert.DoesNotContain("exit code", stopped.Error);
        foreach (var run in new[] { "both/uniform-1.0xINT3-seed1", "both/fliqs-1.0xINT3-seed1" })
        {
            Assert.NotEmpty(Directory.GetFiles(cli[$"{run}/checkpoint"]));
            Assert.False(File.Exists(cli[$"{run}/result.json"]));
        }
    }

    [Fact]
    public async Task Runs_do_not_outlive_their_comparison_however_that_ends()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "processes are looked for in /proc");
        using var cli = new Cli();
        var killed = await cli.Interrupt($"compare --epochs 300 {Cli.Tiny} --methods uniform,bf16:epochs=1 --seeds 1 --jobs 2 --out left", ("1/2  bf16", Cli.SigKill));
        Assert.Equal(128 + Cli.SigKill, killed.ExitCode);
        await cli.IsLeft();
        Assert.NotEmpty(Directory.GetFiles(cli["left/uniform-1.0xINT3-seed1/checkpoint"]));
        Assert.False(File.Exists(cli["left/uniform-1.0xINT3-seed1/result.json"]));
    }

    [Fact]
    public async Task A_run_that_fails_is_shown_as_failed_and_the_others_are_made()
    {
        using var cli = new Cli();
        var run = (await cli.Run($"compare --epochs 1 {Cli.Tiny} --methods uniform,bf16 --seeds 1 --learning-rate 1e30 --out bad")).Ended(1);
        Assert.Contains("failed: uniform-1.0xINT3-seed1: training diverged", run.Out);
        Assert.Contains("failed: bf16-seed1: training diverged", run.Out);
        Assert.Contains("    # failed: training diverged", await File.ReadAllTextAsync(cli["bad/comparison.md"]));
    }

    [Fact]
    public async Task Results_of_other_settings_are_not_mixed_in()
    {
        using var cli = new Cli();
        var alone = $"{Cli.Tiny} --methods uniform --seeds 1 --out one";
        (await cli.Run($"compare --epochs 1 {alone} --quiet")).Ended(0);
        Assert.Equal(
            $"fliqs: {Path.Combine("one", "uniform-1.0xINT3-seed1")}: is of another run, with epochs 1 instead of 2",
            (await cli.Run($"compare --epochs 2 {alone}")).Ended(2).ErrorLines.Single());
        Assert.StartsWith("fliqs: name a folder", (await cli.Run($"compare {Cli.Tiny}")).Ended(2).ErrorLines.Single());
    }
}
