using System.Text.RegularExpressions;
using Fliqs.Comparison;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>How the methods fare within one budget: a dot for every run, a mark with a bar for their mean and deviation.</summary>
internal static class MethodsChart
{
    private const double RowHeight = 36;

    /// <summary>The chart; null without a run.</summary>
    /// <param name="target">The budget.</param>
    /// <param name="report">The comparison.</param>
    public static Chart? Of(string target, ComparisonReport report)
    {
        var rows = report.Rows.Where(r => r.Target == target).ToList();
        if (rows.All(r => r.Accuracy is null))
            return null;
        var plot = Plots.Create();
        var reference = report.Rows.FirstOrDefault(r => r.Target is null)?.Accuracy;
        var horizontal = Plots.Including(
            Plots.Axis(AxisPosition.Bottom, "test accuracy, %"), 0.12, rows.SelectMany(r => Plots.Ends(r.Accuracy, r.Deviation))
                .Concat(report.Runs.Where(r => r.Target == target).Select(r => 100 * r.Accuracy)).Concat([100 * reference]));
        horizontal.MajorGridlineStyle = LineStyle.Solid;
        plot.Axes.Add(horizontal);
        plot.Axes.Add(Plots.Names([.. rows.Select(r => r.Method)]));
        var methods = report.Rows.Select(r => r.Method).Distinct().ToList();
        for (var i = 0; i < rows.Count; i++)
        {
            var color = Theme.Series(methods.IndexOf(rows[i].Method));
            plot.Series.Add(Dots(i, color, report.Runs.Where(r => r.Method == rows[i].Method && r.Target == target)));
            if (rows[i].Accuracy is { } mean)
            {
                plot.Series.Add(Mean(i, color, mean, rows[i].Deviation ?? 0));
                plot.Annotations.Add(Plots.Label(100 * mean, i - 0.34, Value(rows[i]), Theme.Ink));
            }
            else
            {
                plot.Annotations.Add(Plots.Label(100 * rows.Average(r => r.Accuracy)!.Value, i, "no result", Theme.Muted));
            }
        }

        if (reference is { } accuracy)
            Plots.AddBoundary(plot, 100 * accuracy, ComparisonPlan.Reference);
        return new Chart(
            $"methods-{Regex.Replace(target, "[^A-Za-z0-9._-]", "-")}", $"Accuracy within {target}: runs, mean ± standard deviation", Summary(rows, reference), plot,
            (RowHeight * rows.Count) + 64, null, [.. Marks(plot, rows, report, target)]);
    }

    private static ScatterSeries Dots(int row, OxyColor color, IEnumerable<ComparisonRun> runs)
    {
        var dots = new ScatterSeries { MarkerType = MarkerType.Circle, MarkerSize = 3, MarkerFill = OxyColor.FromAColor(120, color) };
        dots.Points.AddRange(runs.Where(r => r.Accuracy is not null).Select(r => new ScatterPoint(100 * r.Accuracy!.Value, row)));
        return dots;
    }

    private static ScatterErrorSeries Mean(int row, OxyColor color, double mean, double deviation)
    {
        var mark = new ScatterErrorSeries
        {
            MarkerType = MarkerType.Diamond,
            MarkerSize = 5,
            MarkerFill = color,
            ErrorBarColor = color,
            ErrorBarStrokeThickness = 1.5,
        };
        mark.Points.Add(new ScatterErrorPoint(100 * mean, row, 2 * 100 * deviation, 0));
        return mark;
    }

    private static IEnumerable<ChartMark> Marks(PlotModel plot, List<ComparisonRow> rows, ComparisonReport report, string target)
    {
        ((IPlotModel)plot).Update(true);
        var axis = plot.DefaultXAxis;
        return rows.Select((row, i) => new ChartMark(
            axis.ActualMinimum, i - 0.5, axis.ActualMaximum, i + 0.5,
            $"{row.Method}: {Value(row)} %; " + string.Join(", ", report.Runs.Where(r => r.Method == row.Method && r.Target == target)
                .Select(r => r.Accuracy is { } a ? Invariant($"{100 * a:0.00}") : r.Failure ?? "not made"))));
    }

    private static string Value(ComparisonRow row) =>
        Invariant($"{100 * row.Accuracy:0.00}") + (row.Deviation is { } deviation ? Invariant($" ± {100 * deviation:0.00}") : "");

    private static string Summary(List<ComparisonRow> rows, double? reference)
    {
        var order = rows.Where(r => r.Accuracy is not null).OrderByDescending(r => r.Accuracy).Select(r => $"{r.Method} {Value(r)}");
        return $"From the best on: {string.Join(", ", order)}."
            + (reference is { } accuracy ? Invariant($" {ComparisonPlan.Reference}, without a budget, {100 * accuracy:0.00}.") : "");
    }
}
