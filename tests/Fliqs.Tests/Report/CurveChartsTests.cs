using Fliqs.Config;
using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Search;
using OxyPlot.Annotations;
using OxyPlot.Series;

namespace Fliqs.Tests.Report;

public sealed class CurveChartsTests
{
    private readonly CurveCharts charts = new([.. Enumerable.Range(0, ExampleRun.Steps).Select(ExampleRun.Step)], null);

    private static RunResult Result => ExampleRun.Result(RunDefaults.Resolve(new RunConfig()));

    [Fact]
    public void Few_steps_are_drawn_as_they_are()
    {
        var loss = charts.Loss();
        var line = Assert.Single(loss.Plot.Series.OfType<LineSeries>());
        Assert.Equal(Enumerable.Range(0, ExampleRun.Steps).Select(i => ExampleRun.Step(i).Loss), line.Points.Select(p => p.Y));
        Assert.Equal("Lines over the steps: training from 2.000 at step 0 to 0.300 at step 39.", loss.Description);
        Assert.Equal("step 3: training 1.700", loss.Marks[3].Text);
        Assert.Equal(["warm-up", "explore", "final"], loss.Plot.Annotations.OfType<TextAnnotation>().Select(a => a.Text));
        Assert.Equal([10, 30], loss.Plot.Annotations.OfType<LineAnnotation>().Select(a => a.X));
    }

    [Fact]
    public void Many_steps_are_drawn_as_means()
    {
        var many = new CurveCharts([.. Enumerable.Range(0, 600).Select(i => new StepRecord(i, "final", i, 0))], null).Loss();
        var line = Assert.Single(many.Plot.Series.OfType<LineSeries>());
        Assert.InRange(line.Points.Count, 40, 60);
        Assert.All(line.Points, p => Assert.Equal(p.X, p.Y, 0.1));
    }

    [Fact]
    public void A_validation_is_told_where_it_was_and_nowhere_else()
    {
        var chart = new CurveCharts(
            [.. Enumerable.Range(0, 600).Select(i => new StepRecord(i, "final", 1, 0.5))],
            Result with { History = [new EpochRecord(1, 300, 1, 0.5, 0.625, 0, 1), new EpochRecord(2, 600, 1, 0.5, 0.75, 0, 1)] }).Accuracy();
        Assert.Equal(["62.5", "75.0"], Assert.IsType<DataTable>(chart.Data).Rows.Select(r => r[2]).Where(v => v.Length > 0));
        Assert.Equal(2, chart.Marks.Count(m => m.Text.Contains("validation", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_test_lies_within_the_chart()
    {
        var chart = new CurveCharts(
            [.. Enumerable.Range(0, 10).Select(i => new StepRecord(i, "final", 1, 0.8))],
            Result with { Accuracy = 0.1, History = [new EpochRecord(1, 10, 1, 0.8, 0.82, 0, 1)] }).Accuracy();
        Assert.InRange(10, chart.Plot.DefaultYAxis.ActualMinimum, chart.Plot.DefaultYAxis.ActualMaximum);
    }

    [Fact]
    public void A_constant_has_an_axis_with_different_numbers()
    {
        var axis = new CurveCharts([.. Enumerable.Range(0, 10).Select(i => new StepRecord(i, "final", 0.3, 0.8))], null).Loss().Plot.DefaultYAxis;
        Assert.InRange(axis.ActualMaximum - axis.ActualMinimum, 0.05, 1);
    }

    [Fact]
    public void Charts_of_the_search_leave_the_warm_up_out()
    {
        Assert.Equal(["entropy", "accuracy", "loss", "cost", "reward"], charts.All().Select(c => c.Name));
        Assert.All(charts.All().Where(c => c.Name is "entropy" or "cost" or "reward"), c => Assert.All(c.Plot.Series.OfType<LineSeries>(), l =>
            Assert.True(l.Points[0].X >= 10)));
    }
}
