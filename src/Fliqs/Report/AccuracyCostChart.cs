using Fliqs.Comparison;
using Fliqs.Cost;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>Accuracy over cost: a mark for every method and budget with the deviation over the seeds, a line along the best of each method.</summary>
internal static class AccuracyCostChart
{
    private const double LogarithmicFrom = 3;

    private static readonly MarkerType[] Markers =
        [MarkerType.Circle, MarkerType.Square, MarkerType.Diamond, MarkerType.Triangle, MarkerType.Cross, MarkerType.Plus, MarkerType.Star];

    /// <summary>The chart; null without a point that has runs.</summary>
    /// <param name="points">In the order of the methods.</param>
    /// <param name="unit">Of the costs.</param>
    /// <param name="reference">Accuracy in BF16, whose cost would leave the chart; null where it is not known.</param>
    public static Chart? Of(IReadOnlyList<ParetoPoint> points, string unit, double? reference)
    {
        var methods = points.Select(p => p.Method).Distinct().ToList();
        points = [.. points.Where(p => p.Runs > 0)];
        if (points.Count == 0)
            return null;
        var (least, most) = (points.Min(p => p.Cost!.Value), points.Max(p => p.Cost!.Value));
        var (factor, shown) = CostText.Scale(least, unit);

        var plot = Plots.Create();
        plot.Axes.Add(CostAxis($"cost, {shown}", factor * least, factor * most));
        plot.Axes.Add(Plots.Including(
            Plots.Axis(AxisPosition.Left, "test accuracy, %"), 0.06,
            points.SelectMany(p => Plots.Ends(p.Accuracy, p.Deviation)).Concat([100 * reference])));
        for (var m = 0; m < methods.Count; m++)
            AddMethod(plot, methods[m], m, [.. points.Where(p => p.Method == methods[m])], factor);
        if (reference is { } accuracy)
            Plots.AddLevel(plot, 100 * accuracy, Invariant($"{ComparisonPlan.Reference} {100 * accuracy:0.00}"), HorizontalAlignment.Left);    // what costs least is far below
        return new Chart(
            "pareto", "Accuracy over cost, mean ± standard deviation", Summary(methods, points, unit), plot, Chart.UsualHeight + 60, null,
            [.. Marks(plot, points, factor, unit)]);
    }

    private static void AddMethod(PlotModel plot, string method, int index, List<ParetoPoint> points, double factor)
    {
        if (points.Count == 0)
            return;
        plot.Series.Add(Plots.Line(
            null, Theme.Series(index), ParetoFront.Of(points.Select(p => (factor * p.Cost!.Value, 100 * p.Accuracy!.Value))).Select(p => (p.Cost, p.Accuracy))));
        var marks = new ScatterErrorSeries
        {
            Title = method,
            MarkerType = Markers[index % Markers.Length],
            MarkerSize = 4.5,
            MarkerFill = Theme.Series(index),
            MarkerStroke = Theme.Series(index),
            MarkerStrokeThickness = 1.5,
            ErrorBarColor = Theme.Series(index),
            ErrorBarStrokeThickness = 1.25,
        };
        marks.Points.AddRange(points.Select(p => new ScatterErrorPoint(factor * p.Cost!.Value, 100 * p.Accuracy!.Value, 0, 2 * 100 * (p.Deviation ?? 0))));
        plot.Series.Add(marks);
    }

    /// <summary>Logarithmic where costs differ much, as those of formats do: equal steps are equal factors.</summary>
    private static Axis CostAxis(string title, double least, double most)
    {
        var linear = Plots.Axis(AxisPosition.Bottom, title);
        (linear.MinimumPadding, linear.MaximumPadding) = (0.06, 0.06);
        if (most < LogarithmicFrom * least)
            return linear;
        var room = Math.Pow(most / least, 0.06);
        return new LogarithmicAxis
        {
            Base = 2,
            Position = AxisPosition.Bottom,
            Title = title,
            Minimum = least / room,
            Maximum = most * room,
            TitleColor = linear.TitleColor,
            TitleFontSize = linear.TitleFontSize,
            AxisTitleDistance = linear.AxisTitleDistance,
            TextColor = linear.TextColor,
            FontSize = linear.FontSize,
            TickStyle = TickStyle.None,
            LabelFormatter = cost => Invariant($"{cost:0.####}"),
        };
    }

    private static IEnumerable<ChartMark> Marks(PlotModel plot, IReadOnlyList<ParetoPoint> points, double factor, string unit)
    {
        ((IPlotModel)plot).Update(true);
        var (x, y) = (plot.DefaultXAxis, plot.DefaultYAxis);
        var (wide, high) = (Math.Pow(x.ActualMaximum / x.ActualMinimum, 0.012), 0.022 * (y.ActualMaximum - y.ActualMinimum));
        return points.Select(p => new ChartMark(
            factor * p.Cost!.Value / wide, (100 * p.Accuracy!.Value) - high, factor * p.Cost.Value * wide, (100 * p.Accuracy.Value) + high, Text(p, unit)));
    }

    private static string Text(ParetoPoint point, string unit) => Invariant(
        $"{point.Method} at {point.Target}: {100 * point.Accuracy:0.00}{(point.Deviation is { } d ? Invariant($" ± {100 * d:0.00}") : "")} %, {CostText.Amount(point.Cost!.Value, unit)}, {point.Runs} {(point.Runs == 1 ? "run" : "runs")}");

    private static string Summary(List<string> methods, IReadOnlyList<ParetoPoint> points, string unit)
    {
        var best = methods.Where(m => points.Any(p => p.Method == m)).Select(m => points.Where(p => p.Method == m).MaxBy(p => p.Accuracy)!)
            .Select(p => Invariant($"{p.Method} reaches {100 * p.Accuracy:0.00} % at {CostText.Amount(p.Cost!.Value, unit)}"));
        return $"Marks of {points.Count} methods and budgets. At most {string.Join("; ", best)}.";
    }
}
