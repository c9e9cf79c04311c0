namespace Fliqs.Tests.EndToEnd;

public sealed class ParetoCommandTests
{
    [Fact]
    public async Task A_front_is_made_of_runs_that_can_be_repeated_and_are_not_made_twice()
    {
        using var cli = new Cli();
        const string Pareto = $"pareto --epochs 1 {Cli.Tiny} --space INT3,INT8 --methods manual,sensitivity:probes=1 --group shared-input --seeds 1 --re-solve-from 1.0xINT8 --out front";
        var text = (await cli.Run($"{Pareto} --quiet")).Ended(0).Out;
        Assert.Matches(@"(?m)^ manual +1\.0xINT8 +1 +\d", text);
        Assert.Contains("front/pareto.md", text);

        var again = (await cli.Run($"{Pareto} --json")).Ended(0);
        Assert.Empty(again.Error);
        var report = ResultFile.Parse(again.Out);
        Assert.Equal(["manual", "sensitivity:probes=1", "sensitivity:probes=1@1.0xINT8"], report["methods"]!.AsArray().Select(m => (string)m!["method"]!));
        Assert.Equal(["1.0xINT3", "1.0xINT8", "1.0xINT3", "1.0xINT8", "1.0xINT3", "1.0xINT8"], report["points"]!.AsArray().Select(p => (string)p!["target"]!));
        Assert.All(report["points"]!.AsArray(), p => Assert.True((double)p!["cost"]! <= (double)p["limit"]! * (1 + 1e-9)));
        Assert.Equal(again.Out, await File.ReadAllTextAsync(cli["front/pareto.json"]));
        Assert.All(report["runs"]!.AsArray(), r => ResultFile.Comparable(File.ReadAllText(cli[Path.Combine("front", (string)r!["name"]!, "result.json")])));
        Assert.Equal([null, null, null, null, "1.0xINT8", "1.0xINT8"], report["points"]!.AsArray().Select(p => (string?)p!["reSolvedFrom"]));

        // the point that was solved anew is a run like any other, made by the command beside it
        var solved = report["runs"]!.AsArray().Single(r => (string)r!["name"]! == "sensitivity+probes=1@1.0xINT8-1.0xINT3-seed1")!;
        var command = ((string)solved["command"]!)["fliqs ".Length..];
        Assert.Contains(" --re-solve front/sensitivity+probes=1-1.0xINT8-seed1 ", command);
        var table = (await cli.Run($"search --re-solve front/sensitivity+probes=1-1.0xINT8-seed1 --target 1.0xINT3 --out alone --quiet")).Ended(0).Out;
        Assert.Contains("solved anew    from front/sensitivity+probes=1-1.0xINT8-seed1, not trained for these formats", table);
        Assert.Contains("shared         INT3 for layer2.0.conv1+layer2.0.downsample.0", table);
        var (alone, inFront) = (ResultFile.Parse(await File.ReadAllTextAsync(cli["alone/result.json"])),
            ResultFile.Parse(await File.ReadAllTextAsync(cli[$"front/{(string)solved["name"]!}/result.json"])));
        Assert.Equal((double)inFront["accuracy"]!, (double)alone["accuracy"]!);
        Assert.Equal(["layer2.0.conv1", "layer2.0.downsample.0"], alone["decisions"]!.AsArray()
            .Single(d => ((string)d!["name"]!).StartsWith("layer2.0.conv1+", StringComparison.Ordinal))!["layers"]!.AsArray().Select(l => (string)l!));
        Assert.Contains($"recorded: {(double)alone["accuracy"]!:P2}", (await cli.Run("eval alone")).Ended(0).Out);
        var computed = ResultFile.Parse((await cli.Run($"pareto --epochs 1 {Cli.Tiny} --runtime tensorrt --methods uniform --seeds 1 --out computed --json --quiet")).Ended(0).Out);
        Assert.Equal("1.0xINT8", (string?)computed["points"]!.AsArray().Single()!["target"]);    // the only format of the space that it computes convolutions in
        var same = ResultFile.Parse((await cli.Run("search --re-solve front/sensitivity+probes=1-1.0xINT8-seed1 --out same --json --quiet")).Ended(0).Out);
        Assert.Equal("1.0xINT8", (string?)same["config"]!["target"]);
        Assert.Contains("has learnt nothing", (await cli.Run("search --re-solve front/manual-1.0xINT3-seed1 --target 1.0xINT8 --out no")).Ended(2).ErrorLines.Single());
    }
}
