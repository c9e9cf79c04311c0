using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Storage;
using Fliqs.Tests.Storage;

namespace Fliqs.Tests.Report;

public sealed class ComparisonPageTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_comparison_has_a_chart_for_every_budget_a_table_and_the_commands()
    {
        var page = HtmlReport.Of(ExampleComparison.Create(root["all"], front: false)).ToString();

        var drawings = PageText.Drawings(page);
        Assert.Equal(["methods-1.0xINT2", "methods-1.0xINT4", "pareto", "runs"], drawings.Keys);
        Assert.Equal("uniform: 75.00 ± 7.07 %; 70.00, 80.00", PageText.Hovers(drawings["methods-1.0xINT2"])[0]);
        Assert.Equal("fliqs:  %; it <diverged>, not made", PageText.Hovers(drawings["methods-1.0xINT4"])[1]);
        Assert.Equal("fliqs-1.0xINT2-seed1, conv1: INT8", PageText.Hovers(drawings["runs"])[0]);
        Assert.StartsWith("A row for each of 2 runs, a column for each of its layers, 2 at most. 2 layers have the same", drawings["runs"].Elements().ElementAt(1).Value);
        Assert.Contains("fliqs-1.0xINT4-seed1 failed: it &lt;diverged&gt;", page);
        Assert.Contains("1 run has not been made yet", page);
        Assert.Contains("<th scope=\"row\">1.0xINT2</th><td>uniform</td><td class=\"number\">2</td><td class=\"number\">75.00 &#177; 7.07</td>", page);
        Assert.Contains("fliqs search --model resnet8 --width 0.25 ", page);
    }

    [Fact]
    public void Runs_are_shown_with_layers_of_their_own_where_networks_differ()
    {
        var folder = ExampleComparison.Create(root["nas"], front: false);
        var run = RunFolder.Open(Path.Combine(folder, "fliqs-1.0xINT2-seed2"));
        var result = RunResult.Load(run);
        var longer = result with { Layers = [result.Layers[0], new LayerResult("block", "INT3", "INT3", 1000, 72, 0.1, 0.5), result.Layers[1]] };
        File.WriteAllText(run.Result, longer.ToJson());

        var drawing = PageText.Drawings(HtmlReport.Of(folder).ToString())["runs"];
        Assert.Equal(
            ["seed1, conv1: INT8", "seed1, fc: INT2", "seed2, conv1: INT8", "seed2, block: INT3", "seed2, fc: INT2"],
            PageText.Hovers(drawing).Select(h => h["fliqs-1.0xINT2-".Length..]));
        Assert.StartsWith("A row for each of 2 runs, a column for each of its layers, 3 at most. 2 layers ", drawing.Elements().ElementAt(1).Value);
    }

    [Fact]
    public void A_front_has_its_points_and_hypervolumes()
    {
        var page = HtmlReport.Of(ExampleComparison.Create(root["front"], front: true)).ToString();
        var drawings = PageText.Drawings(page);
        Assert.Equal(["pareto", "runs"], drawings.Keys);
        Assert.Equal(
            ["uniform at 1.0xINT2: 75.00 ± 7.07 %, 0.1983 MBOPs, 2 runs", "uniform at 1.0xINT4: 81.00 ± 7.07 %, 0.7931 MBOPs, 2 runs"],
            PageText.Hovers(drawings["pareto"]).Where(h => h.StartsWith("uniform", StringComparison.Ordinal)));
        Assert.Contains("<th scope=\"col\" class=\"number\">hypervolume</th>", page);
        Assert.Contains("8 of 10 runs", page);
    }

    [Fact]
    public void Of_a_comparison_and_a_front_in_one_folder_the_last_is_shown()
    {
        var folder = ExampleComparison.Create(root["both"], front: false);
        Directory.Move(ExampleComparison.Create(root["other"], front: true), root["moved"]);
        File.Move(root["moved/pareto.json"], Path.Combine(folder, "pareto.json"));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "pareto.json"), DateTime.UtcNow.AddMinutes(1));
        Assert.Contains("<h1>Accuracy and cost</h1>", HtmlReport.Of(folder).ToString());
        File.SetLastWriteTimeUtc(Path.Combine(folder, "comparison.json"), DateTime.UtcNow.AddMinutes(2));
        Assert.Contains("<h1>A comparison of methods</h1>", HtmlReport.Of(folder).ToString());
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        Directory.CreateDirectory(root["bad"]);
        File.WriteAllText(root["bad/comparison.json"], "{\"rows\": [");
        Assert.StartsWith(root["bad/comparison.json"] + ": is damaged: ", Assert.Throws<InputException>(() => HtmlReport.Of(root["bad"])).Message);
        File.WriteAllText(root["bad/comparison.json"], "{}");
        Assert.Contains("is of an earlier version", Assert.Throws<InputException>(() => HtmlReport.Of(root["bad"])).Message);
    }
}
