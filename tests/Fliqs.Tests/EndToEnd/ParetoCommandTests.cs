namespace Fliqs.Tests.EndToEnd;

public sealed class ParetoCommandTests
{
    [Fact]
    public async Task A_front_is_made_of_runs_that_can_be_repeated_and_are_not_made_twice()
    {
        using var cli = new Cli();
        const string Pareto = $"pareto --epochs 1 {Cli.Tiny} --space INT2,INT8 --methods manual,random:candidates=2 --seeds 1 --out front";
        var text = (await cli.Run($"{Pareto} --quiet")).Ended(0).Out;
        Assert.Matches(@"(?m)^ manual +1\.0xINT8 +1 +\d", text);
        Assert.Contains("front/pareto.md", text);

        var again = (await cli.Run($"{Pareto} --json")).Ended(0);
        Assert.Empty(again.Error);
        var report = ResultFile.Parse(again.Out);
        Assert.Equal(["manual", "random:candidates=2"], report["methods"]!.AsArray().Select(m => (string)m!["method"]!));
        Assert.Equal(["1.0xINT2", "1.0xINT8", "1.0xINT2", "1.0xINT8"], report["points"]!.AsArray().Select(p => (string)p!["target"]!));
        Assert.All(report["points"]!.AsArray(), p => Assert.True((double)p!["cost"]! <= (double)p["limit"]! * (1 + 1e-9)));
        Assert.Equal(again.Out, await File.ReadAllTextAsync(cli["front/pareto.json"]));
        Assert.All(report["runs"]!.AsArray(), r => Assert.True(File.Exists(cli[Path.Combine("front", (string)r!["name"]!, "result.json")])));
        Assert.StartsWith("fliqs search --model resnet8", (string)report["runs"]![0]!["command"]!);
    }
}
