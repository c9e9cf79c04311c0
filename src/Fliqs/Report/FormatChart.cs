using Fliqs.Cost;
using Fliqs.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The formats of the layers as a strip of colours, and beside it what share of the cost each layer has.</summary>
internal static class FormatChart
{
    /// <summary>The width of an ordinary cell of the strip over that of the axis of shares.</summary>
    private const double Cell = 0.2;

    private const double Gap = 0.02;

    public static Chart Of(RunResult result)
    {
        var layers = result.Layers;
        var fontSize = Plots.RowFont(layers.Count);
        var tied = layers.All(l => l.Weight == l.Activation);
        var colors = new FormatColors(layers.SelectMany(l => new[] { l.Weight, l.Activation }));
        var scale = 130 * Math.Max(layers.Max(l => l.Share), 1e-3);
        var width = Cell * colors.CellWidth;
        var marks = new List<ChartMark>();

        var plot = Plots.Create();
        var axis = Plots.Axis(AxisPosition.Bottom, "share of the cost, %", -scale * ((tied ? 1 : 2) * width + Gap), scale);
        axis.LabelFormatter = share => share < 0 ? "" : Invariant($"{share:0.##}");
        plot.Axes.Add(axis);
        plot.Axes.Add(Plots.Names([.. layers.Select(l => l.Name)]));
        var bars = new RectangleBarSeries { StrokeThickness = 0 };
        plot.Series.Add(bars);
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, share) = (layers[i], 100 * layers[i].Share);
            string[] sides = tied ? [layer.Weight] : [layer.Weight, layer.Activation];
            for (var side = 0; side < sides.Length; side++)
            {
                var x = scale * (((side - sides.Length) * width) - Gap);
                bars.Items.Add(new RectangleBarItem(x + (scale * 0.006), i - 0.46, x + (scale * width), i + 0.46) { Color = colors[sides[side]] });
                plot.Annotations.Add(Plots.Label(x + (scale * width / 2), i, sides[side], FormatColors.TextOn(colors[sides[side]]), fontSize: fontSize));
            }

            bars.Items.Add(new RectangleBarItem(0, i - 0.36, share, i + 0.36) { Color = colors[layer.Weight] });
            plot.Annotations.Add(Plots.Label(
                share + (scale * 0.015), i, Invariant($"{share:0.0}"), Theme.Ink, HorizontalAlignment.Left, fontSize));
            marks.Add(new ChartMark(axis.Minimum, i - 0.5, scale, i + 0.5, Text(layer, result.CostUnit)));
        }

        return new Chart(
            "formats",
            tied ? "Formats of the layers and share of the cost" : "Formats (weights, activations) and share of the cost",
            Summary(result), plot, (layers.Count * Plots.RowHeight(layers.Count)) + 56, null, marks);
    }

    private static string Text(LayerResult layer, string unit) =>
        Invariant($"{layer.Name}: weights {layer.Weight}, activations {layer.Activation}, {layer.Share * 100:0.0} % of the cost, {CostText.Amount(layer.Cost, unit)}");

    private static string Summary(RunResult result)
    {
        var counts = result.Layers.GroupBy(l => l.Weight).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => $"{g.Key} in {g.Count()}");
        var dearest = result.Layers.MaxBy(l => l.Share)!;
        return Invariant($"A bar for each of {result.Layers.Count} layers. Weights: {string.Join(", ", counts)}. ")
            + Invariant($"The dearest layer, {dearest.Name}, has {dearest.Share * 100:0.0} % of the cost.");
    }
}
