using Fliqs.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The weight formats of the layers in many runs: a row a run, a column a layer.</summary>
internal static class RunFormatsChart
{
    /// <summary>The chart; null without a run that mixes formats.</summary>
    /// <param name="runs">Name and result; those in one format everywhere are left out, as are those of another network than the first.</param>
    public static Chart? Of(IEnumerable<(string Name, RunResult Result)> runs)
    {
        var mixed = runs.Where(r => r.Result.Layers.Select(l => l.Weight).Distinct().Count() > 1).ToList();
        if (mixed.Count == 0)
            return null;
        var layers = mixed[0].Result.Layers.Select(l => l.Name).ToList();
        mixed = [.. mixed.Where(r => r.Result.Layers.Select(l => l.Name).SequenceEqual(layers))];
        var colors = new FormatColors(mixed.SelectMany(r => r.Result.Layers).Select(l => l.Weight));

        var plot = Plots.Create();
        var axis = Plots.Axis(AxisPosition.Bottom, "layer, from the input to the output", 0.5, layers.Count + 0.5);
        axis.MinimumMajorStep = 1;
        plot.Axes.Add(axis);
        plot.Axes.Add(Plots.Names([.. mixed.Select(r => r.Name)]));
        foreach (var format in colors.Names)
        {
            var cells = new RectangleBarSeries { Title = format, FillColor = colors[format], StrokeThickness = 0 };
            for (var r = 0; r < mixed.Count; r++)
                for (var l = 0; l < layers.Count; l++)
                    if (mixed[r].Result.Layers[l].Weight == format)
                        cells.Items.Add(new RectangleBarItem(l + 0.54, r - 0.44, l + 1.46, r + 0.44));
            plot.Series.Add(cells);
        }

        return new Chart(
            "runs", "Formats of the weights in every run that mixes them", Summary(mixed, layers), plot,
            (Plots.RowHeight(mixed.Count) * mixed.Count) + 84, null,
            [
                .. from r in Enumerable.Range(0, mixed.Count)
                   from l in Enumerable.Range(0, layers.Count)
                   select new ChartMark(l + 0.5, r - 0.5, l + 1.5, r + 0.5, $"{mixed[r].Name}, {layers[l]}: {mixed[r].Result.Layers[l].Weight}"),
            ]);
    }

    private static string Summary(List<(string Name, RunResult Result)> runs, List<string> layers)
    {
        var alike = layers.Where((_, l) => runs.Select(r => r.Result.Layers[l].Weight).Distinct().Count() == 1).Count();
        return Invariant($"A row for each of {runs.Count} runs, a column for each of {layers.Count} layers. {alike} layers have the same format in all of them.");
    }
}
