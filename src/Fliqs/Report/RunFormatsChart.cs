using Fliqs.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The weight formats of the layers in many runs: a row a run, a column a layer. Networks may differ in their layers.</summary>
internal static class RunFormatsChart
{
    /// <summary>The chart; null without a run that mixes formats.</summary>
    /// <param name="runs">Name and result; those in one format everywhere are left out.</param>
    public static Chart? Of(IEnumerable<(string Name, RunResult Result)> runs)
    {
        var mixed = runs.Where(r => r.Result.Layers.Select(l => l.Weight).Distinct().Count() > 1).ToList();
        if (mixed.Count == 0)
            return null;
        var columns = mixed.Max(r => r.Result.Layers.Count);
        var colors = new FormatColors(mixed.SelectMany(r => r.Result.Layers).Select(l => l.Weight));

        var plot = Plots.Create();
        var axis = Plots.Axis(AxisPosition.Bottom, "layer, from the input to the output", 0.5, columns + 0.5);
        axis.MinimumMajorStep = 1;
        plot.Axes.Add(axis);
        plot.Axes.Add(Plots.Names([.. mixed.Select(r => r.Name)]));
        foreach (var format in colors.Names)
        {
            var cells = new RectangleBarSeries { Title = format, FillColor = colors[format], StrokeThickness = 0 };
            foreach (var (r, (_, result)) in mixed.Index())
                foreach (var (l, layer) in result.Layers.Index())
                    if (layer.Weight == format)
                        cells.Items.Add(new RectangleBarItem(l + 0.54, r - 0.44, l + 1.46, r + 0.44));
            plot.Series.Add(cells);
        }

        return new Chart(
            "runs", "Formats of the weights in every run that mixes them", Summary(mixed, columns), plot,
            (Plots.RowHeight(mixed.Count) * mixed.Count) + 84, null,
            [
                .. from run in mixed.Index()
                   from layer in run.Item.Result.Layers.Index()
                   let r = run.Index
                   let l = layer.Index
                   select new ChartMark(l + 0.5, r - 0.5, l + 1.5, r + 0.5, $"{run.Item.Name}, {layer.Item.Name}: {layer.Item.Weight}"),
            ]);
    }

    private static string Summary(List<(string Name, RunResult Result)> runs, int columns)
    {
        var alike = runs.SelectMany(r => r.Result.Layers).GroupBy(l => (l.Name, l.Weight)).Count(layer => layer.Count() == runs.Count);
        return Invariant($"A row for each of {runs.Count} runs, a column for each of its layers, {columns} at most. {alike} layers have the same format in all of them.");
    }
}
