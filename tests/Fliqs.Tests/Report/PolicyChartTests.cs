using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Tests.Storage;
using OxyPlot.Annotations;
using OxyPlot.Series;

namespace Fliqs.Tests.Report;

public sealed class PolicyChartTests
{
    [Fact]
    public void A_band_has_a_line_for_every_option_as_opaque_as_it_is_probable()
    {
        var chart = PolicyChart.Of([Step(10, 0.25), Step(20, 0.25), Step(30, 1)], null)!;
        var bars = chart.Plot.Series.OfType<RectangleBarSeries>().Where(s => s.Title is not null).ToDictionary(s => s.Title, s => s.Items);

        // Options of 25 % stay the same for two records; at the end one has everything and the other nothing.
        Assert.Equal([(10, 30, 127), (30, 40, 255)], bars["INT2"].Select(b => (b.X0, b.X1, (int)b.Color.A))); // the root of 25 % is a half
        Assert.Equal([(10, 30)], bars["INT8"].Select(b => (b.X0, b.X1)));
        Assert.True(bars["INT2"][0].Y0 > bars["INT8"][0].Y0); // downwards: the narrow one is below
        Assert.Equal("conv1, step 10: INT8 0.75, INT2 0.25", chart.Marks[0].Text);
        Assert.Equal(["conv1", "INT8 0.75, INT2 0.25", "INT8 0.75, INT2 0.25", "INT2 1.00"], chart.Data!.Rows.Single());
        Assert.EndsWith("At the end 1 of 1 give one option 90 % or more.", chart.Description);
    }

    [Fact]
    public void Decisions_on_other_things_than_formats_are_only_in_the_table()
    {
        var kernel = new Dictionary<string, double> { ["3"] = 0.25, ["5"] = 0.75 };
        var step = Step(10, 0.25);
        var chart = PolicyChart.Of([step with { Policy = step.Policy!.Prepend(new("block.kernel", kernel)).ToDictionary() }], null)!;
        Assert.Equal(["INT2", "INT8"], chart.Plot.Series.Select(s => s.Title).OfType<string>());
        Assert.Equal(["block.kernel", "5 0.75, 3 0.25"], chart.Data!.Rows[0]);
        Assert.Equal("conv1, step 10: INT8 0.75, INT2 0.25", chart.Marks[0].Text);
        Assert.Null(PolicyChart.Of([step with { Policy = new Dictionary<string, IReadOnlyDictionary<string, double>> { ["block.kernel"] = kernel } }], null));
    }

    /// <summary>Names of layers begin anew in the network that was found, so they do not tell what was chosen.</summary>
    [Fact]
    public void What_was_chosen_stands_beside_its_decision_and_decisions_of_skipped_blocks_are_only_in_the_table()
    {
        using var temporary = new TemporaryFolder();
        var folder = ExampleRun.Create(temporary["run"], result => result with
        {
            Decisions = [new("conv1", ["conv1"], "INT4", null), new("layer1.0.conv1", ["layer1.0.conv1"], null, null), new("fc", ["fc"], "INT8", null)],
        });
        var chart = PolicyChart.Of([.. Enumerable.Range(0, ExampleRun.Steps).Select(ExampleRun.Step)], RunResult.Load(folder))!;

        Assert.Equal(["INT4", "INT8"], chart.Plot.Annotations.OfType<TextAnnotation>().Select(a => a.Text));
        Assert.DoesNotContain(chart.Marks, m => m.Text.StartsWith("layer1", StringComparison.Ordinal));
        Assert.Contains(chart.Data!.Rows, r => r[0] == "layer1.0.conv1");
    }

    [Fact]
    public void There_is_none_without_records() => Assert.Null(PolicyChart.Of([new StepRecord(0, "warm-up", 1, 1)], null));

    private static StepRecord Step(int step, double narrow) => new(step, "explore", 1, 1, Policy: new Dictionary<string, IReadOnlyDictionary<string, double>>
    {
        ["conv1"] = new Dictionary<string, double> { ["INT2"] = narrow, ["INT8"] = 1 - narrow },
    });
}
