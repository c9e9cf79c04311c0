using Fliqs.Report;
using OxyPlot.Annotations;
using OxyPlot.Series;

namespace Fliqs.Tests.Report;

public sealed class CurveChartsTests
{
    private readonly CurveCharts charts = new([.. Enumerable.Range(0, ExampleRun.Steps).Select(ExampleRun.Step)], null);

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
        var many = new CurveCharts([.. Enumerable.Range(0, 600).Select(i => new Fliqs.Search.StepRecord(i, "final", i, 0))], null).Loss();
        var line = Assert.Single(many.Plot.Series.OfType<LineSeries>());
        Assert.InRange(line.Points.Count, 40, 60);
        Assert.All(line.Points, p => Assert.Equal(p.X, p.Y, 0.1));
    }

    [Fact]
    public void Charts_of_the_search_leave_the_warm_up_out()
    {
        Assert.Equal(["entropy", "accuracy", "loss", "cost", "reward"], charts.All().Select(c => c.Name));
        Assert.All(charts.All().Where(c => c.Name is "entropy" or "cost" or "reward"), c => Assert.All(c.Plot.Series.OfType<LineSeries>(), l =>
            Assert.True(l.Points[0].X >= 10)));
    }
}
