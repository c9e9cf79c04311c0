using System.Net;
using System.Text.RegularExpressions;
using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using SkiaSharp;

namespace Fliqs.Tests.Report;

public sealed class HtmlReportTests : IDisposable
{
    private readonly TemporaryFolder root = new();

    public void Dispose() => root.Dispose();

    [Fact]
    public void A_complete_run_has_every_chart_its_table_and_its_command()
    {
        var page = Page(ExampleRun.Create(root["run"], r => r));

        var drawings = PageText.Drawings(page);
        Assert.Equal(["formats", "policy", "entropy", "accuracy", "loss", "cost", "reward"], drawings.Keys);
        Assert.All(drawings.Values, svg => Assert.Equal("img", svg.Attribute("role")!.Value));
        Assert.All(drawings, d => Assert.Equal(
            [$"{d.Key}-title", $"{d.Key}-desc"], d.Value.Elements().Take(2).Select(e => e.Attribute("id")!.Value)));
        Assert.All(drawings.Values, svg => Assert.All(svg.Elements().Take(2), e => Assert.True(e.Value.Length > 10, e.Value)));
        Assert.Contains("95.25 %", page);
        Assert.Contains("95.2 % of the target 2.100 MBOPs", page);
        Assert.Contains("<th scope=\"row\">layer1.0.conv1</th><td>INT2</td><td>INT2</td><td class=\"number\">0.009</td>", page);
        Assert.Contains(">fliqs search --model resnet8 --width 0.25 --classes 10 --input 8 ", page);
        Assert.Contains("<th scope=\"row\">epochs</th><td>4</td>", page);
        Assert.Equal(
            "layer1.0.conv1: weights INT2, activations INT2, 70.0 % of the cost, 1.400 MBOPs", PageText.Hovers(drawings["formats"])[1]);
    }

    [Fact]
    public void Days_of_training_count_as_hours() => Assert.Contains("27:46:40 h", Page(ExampleRun.Create(root["run"], r => r with { Seconds = 100_000 })));

    [Fact]
    public void Nothing_is_fetched_and_nothing_runs()
    {
        var page = Page(ExampleRun.Create(root["run"], r => r));
        Assert.Contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\"", page);
        Assert.DoesNotMatch(@"(?i)<(script|link|img|iframe|object|image|use)\b|@import|\ssrc=|url\((?!#)", page);
        Assert.All(Regex.Matches(page, "https?://[^\"<]*"), m => Assert.StartsWith("http://www.w3.org/", m.Value));
        var ids = Regex.Matches(page, "\\bid=\"([^\"]+)\"").Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(Regex.Matches(page, @"url\(#([^)]+)\)"), m => Assert.Contains(m.Groups[1].Value, ids));
    }

    [Fact]
    public void A_run_that_is_not_complete_is_shown_as_far_as_it_has_come()
    {
        var folder = ExampleRun.Create(root["run"], null);
        File.AppendAllText(folder.Metrics, "{\"step\":40,\"pha");
        var page = Page(folder);
        Assert.Contains("This run is not complete: 40 steps are recorded so far.", page);
        Assert.Contains($"--resume {folder.Root}", page);
        Assert.Equal(["policy", "entropy", "accuracy", "loss", "cost", "reward"], PageText.Drawings(page).Keys);

        File.Delete(folder.Metrics);
        var empty = Page(folder);
        Assert.Contains("no step is recorded so far", empty);
        Assert.Empty(PageText.Drawings(empty));
    }

    [Fact]
    public void Training_has_no_charts_of_a_search()
    {
        var page = Page(ExampleRun.Create(
            root["run"], r => r with { Method = "uniform", Verb = "train", Target = null, Uniform = null },
            s => new StepRecord(s.Step, "final", s.Loss, s.Accuracy)));
        Assert.Equal(["formats", "accuracy", "loss"], PageText.Drawings(page).Keys);
        Assert.Contains("no target", page);
        Assert.Contains(">fliqs train ", page);
    }

    [Fact]
    public void A_run_without_recorded_policies_says_so()
    {
        var page = Page(ExampleRun.Create(root["run"], r => r with { Verb = null }, s => s with { Policy = null }));
        Assert.DoesNotContain("policy", PageText.Drawings(page).Keys);
        Assert.Contains("did not record the probabilities of the policy", page);
        Assert.DoesNotContain("<code>", page);
    }

    [Fact]
    public void Names_cannot_break_the_page()
    {
        const string Name = "<b>&\"layer\"</b>";
        var page = Page(ExampleRun.Create(root["run"], r => r with { Layers = [r.Layers[0] with { Name = Name }] }));
        Assert.DoesNotContain("<b>", page);
        Assert.Contains(WebUtility.HtmlEncode(Name), page);
        Assert.Contains(Name, PageText.Letters(PageText.Drawings(page)["formats"]));
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        var folder = ExampleRun.Create(root["run"], r => r);
        var lines = File.ReadAllLines(folder.Metrics);
        File.WriteAllLines(folder.Metrics, [lines[0], "{\"step\":", lines[2]]);
        Assert.StartsWith($"{folder.Metrics}: line 2 is damaged: ", Assert.Throws<InputException>(() => HtmlReport.Of(folder.Root)).Message);
        File.WriteAllLines(folder.Metrics, lines);
        File.WriteAllText(folder.Result, File.ReadAllText(folder.Result).Replace("\"layers\": [", "\"layers\": null, \"were\": [", StringComparison.Ordinal));
        Assert.StartsWith($"{folder.Result}: ", Assert.Throws<InputException>(() => HtmlReport.Of(folder.Root)).Message);
        Assert.Contains("no such run folder", Assert.Throws<InputException>(() => HtmlReport.Of(root["gone"])).Message);
        Directory.CreateDirectory(root["other"]);
        Assert.Contains("is not a run folder", Assert.Throws<InputException>(() => HtmlReport.Of(root["other"])).Message);
    }

    [Fact]
    public void Plots_are_files_of_both_kinds_with_the_colours_of_the_formats()
    {
        var report = HtmlReport.Of(ExampleRun.Create(root["run"], r => r).Root);
        var before = report.ToString();
        Assert.Equal(7, report.WritePlots(root["plots"]));
        Assert.Equal(14, Directory.GetFiles(root["plots"]).Length);

        var svg = File.ReadAllText(root["plots/formats.svg"]);
        Assert.DoesNotContain("var(", svg);
        Assert.Contains("Formats of the layers and share of the cost", PageText.Letters(PageText.Drawings(svg)["formats"])[^1]);
        using var png = SKBitmap.Decode(root["plots/formats.png"]);
        Assert.Equal(920, png.Width);
        foreach (var format in new[] { "INT2", "INT8", "BF16" })
        {
            var color = new FormatColors([format])[format];
            Assert.True(png.Pixels.Count(p => p.Red == color.R && p.Green == color.G && p.Blue == color.B) > 1000, format);
        }

        Assert.Equal(before, report.ToString());
    }

    [Fact]
    public void A_result_can_have_a_layer_that_costs_nothing() =>
        Assert.Contains("formats", PageText.Drawings(Page(ExampleRun.Create(
            root["run"], r => r with { Layers = [new LayerResult("fc", "INT8", "INT8", 0, 0, 0, 0)] }))).Keys);

    private static string Page(RunFolder folder)
    {
        HtmlReport.Of(folder.Root).Write(folder.Report);
        return File.ReadAllText(folder.Report);
    }
}
