using Fliqs.Results;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The architecture that was found: a bar for each block, as long as it has filters, in the colours of its layers' weights.</summary>
internal static class BlockChart
{
    /// <summary>The axis of filters reaches on for what is written behind the bars.</summary>
    private const double Room = 1.9;

    /// <summary>The chart of a result; null where the network was given.</summary>
    public static Chart? Of(RunResult result)
    {
        if (result.Blocks is not { Count: > 0 } blocks)
            return null;
        var colors = new FormatColors(blocks.SelectMany(b => b.Formats).Select(WeightFormat));
        var scale = Room * blocks.Max(b => b.Channels ?? 1);
        var fontSize = Plots.RowFont(blocks.Count);
        var marks = new List<ChartMark>();

        var plot = Plots.Create();
        var axis = Plots.Axis(AxisPosition.Bottom, "filters", 0, scale);
        plot.Axes.Add(axis);
        plot.Axes.Add(Plots.Names([.. blocks.Select(b => b.Name)]));
        var bars = new RectangleBarSeries { StrokeThickness = 0 };
        plot.Series.Add(bars);
        foreach (var (i, block) in blocks.Index())
        {
            var filters = block.Channels ?? 0;
            foreach (var (k, format) in block.Formats.Select(WeightFormat).Index())
            {
                var (from, to) = (filters * k / (double)block.Formats.Count, filters * (k + 1) / (double)block.Formats.Count);
                bars.Items.Add(new RectangleBarItem(from, i - 0.4, to, i + 0.4) { Color = colors[format] });
            }

            plot.Annotations.Add(Plots.Label(filters + (scale * 0.015), i, Text(block), Theme.Ink, HorizontalAlignment.Left, fontSize));
            marks.Add(new ChartMark(0, i - 0.5, scale, i + 0.5, $"{block.Name}: {Text(block)}{string.Concat(block.Formats.Select(f => " " + f))}"));
        }

        return new Chart(
            "blocks", "The blocks that were found: filters, kernel, expansion and share of the cost, in the formats of their weights", Summary(blocks), plot,
            (blocks.Count * Plots.RowHeight(blocks.Count)) + 56, Table(result, blocks), marks);
    }

    private static string WeightFormat(string formats) => formats.Split('/')[0];

    private static string Text(BlockResult block) => block.Kernel is null
        ? "skipped"
        : Invariant($"{block.Kernel}x{block.Kernel}, x{block.Expansion}{(block.Stride > 1 ? $", stride {block.Stride}" : "")}, {block.Share * 100:0.0} %");

    private static string Summary(IReadOnlyList<BlockResult> blocks) =>
        Invariant($"{blocks.Count(b => b.Kernel is not null)} of {blocks.Count} blocks are in use. ")
        + Invariant($"The dearest, {blocks.MaxBy(b => b.Share)!.Name}, has {blocks.Max(b => b.Share) * 100:0.0} % of the cost.");

    private static DataTable Table(RunResult result, IReadOnlyList<BlockResult> blocks)
    {
        var (factor, unit) = Cost.CostText.Scale(result.Cost, result.CostUnit);
        return new DataTable(
            ["block", "formats", "kernel", "expansion", "filters", "stride", "MMACs", unit, "share, %"],
            [
                .. blocks.Select(b => (IReadOnlyList<string>)(b.Kernel is null
                    ? [b.Name, "skipped", "", "", "", "", "", "", ""]
                    :
                    [
                        b.Name, string.Join(' ', b.Formats), $"{b.Kernel}", $"{b.Expansion}", $"{b.Channels}", $"{b.Stride}", Invariant($"{b.Macs / 1e6:0.000}"),
                        Invariant($"{b.Cost * factor:0.0000}"), Invariant($"{b.Share * 100:0.0}"),
                    ])),
            ],
            Left: 2);
    }
}
