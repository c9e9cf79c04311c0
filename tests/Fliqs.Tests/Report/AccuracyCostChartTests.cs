using Fliqs.Comparison;
using Fliqs.Report;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace Fliqs.Tests.Report;

public sealed class AccuracyCostChartTests
{
    [Fact]
    public void Bars_reach_one_deviation_to_either_side_and_the_line_follows_the_front()
    {
        var chart = AccuracyCostChart.Of(
            [Point("a", 2, 0.5, 0.05), Point("a", 4, 0.4, null), Point("a", 8, 0.6, 0.01), Point("b", 4, 0.7, null), Point("b", 16, null, null)], "GBOPs", 0.9)!;

        Assert.Equal([(2, 50), (8, 60)], chart.Plot.Series.OfType<LineSeries>().First().Points.Select(p => (p.X, p.Y)));
        Assert.IsType<LogarithmicAxis>(chart.Plot.DefaultXAxis);
        Assert.Equal(["a", "b"], chart.Plot.Series.OfType<ScatterErrorSeries>().Select(s => s.Title));

        // one of the drawn lines is the bar from 45 to 55
        var svg = SvgDrawing.Inline(chart);
        var (low, high) = (Place(chart.Plot, 45), Place(chart.Plot, 55));
        var x = chart.Plot.DefaultXAxis.Transform(2);
        Assert.Contains(FormattableString.Invariant($"points=\"{x:0.####},{low:0.####} {x:0.####},{high:0.####}\""), svg);
    }

    [Fact]
    public void Costs_that_differ_little_are_on_a_linear_axis() =>
        Assert.IsType<LinearAxis>(AccuracyCostChart.Of([Point("a", 2, 0.5, null), Point("a", 3, 0.6, null)], "MB", null)!.Plot.DefaultXAxis);

    [Fact]
    public void There_is_none_without_runs() => Assert.Null(AccuracyCostChart.Of([Point("a", 2, null, null)], "MB", null));

    private static double Place(PlotModel plot, double accuracy) => plot.DefaultYAxis.Transform(accuracy);

    private static ParetoPoint Point(string method, double cost, double? accuracy, double? deviation) => new(
        method, $"{cost}GBOPs", cost, accuracy is null ? 0 : 2, 0, accuracy is null ? null : cost, accuracy, deviation);
}
