using Fliqs.Numerics;
using Fliqs.Results;
using Fliqs.Search;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>
/// The probabilities of a policy over the exploration as a heat map: a band for every decision, in it a line for every option, the
/// narrowest below, in the colour of the option and the more opaque the more probable. Decisions on the architecture are only in its
/// table, and those of skipped blocks, too, once the run is complete.
/// </summary>
internal static class PolicyChart
{
    private const int MostColumns = 60;
    private const int LeastColumns = 12;

    /// <summary>Large networks have fewer columns, so that pages stay small.</summary>
    private const int MostCells = 20_000;

    /// <summary>Levels of opacity, the root of the probability; neighbours of one level are one rectangle.</summary>
    private const int Levels = 10;

    /// <summary>The share of its row that a band takes.</summary>
    private const double Room = 0.86;

    /// <summary>An option that no decision ever finds as probable as this has no line.</summary>
    private const double Shown = 0.05;

    /// <summary>The number of options that texts name.</summary>
    private const int Told = 5;

    /// <summary>The room for what was chosen, over that of the exploration.</summary>
    private const double Chosen = 0.2;

    /// <summary>The chart; null without a record of a policy.</summary>
    /// <param name="steps">The steps of the run.</param>
    /// <param name="result">Tells what was chosen in the end; null as long as the run is not complete.</param>
    public static Chart? Of(IReadOnlyList<StepRecord> steps, RunResult? result)
    {
        var records = steps.Where(s => s.Policy is not null).ToList();
        if (records.Count == 0)
            return null;
        var all = records[0].Policy!.Keys.ToList();
        var choices = result?.Decisions?.ToDictionary(d => d.Name, d => d.Choice);
        var decisions = all.Where(d => records.Any(r => r.Policy![d].Keys.Any(IsFormat)) && (choices is null || choices.GetValueOrDefault(d) is not null)).ToList();
        if (decisions.Count == 0)
            return null;
        var columns = Math.Clamp(MostCells / decisions.Sum(d => records[0].Policy![d].Count), LeastColumns, MostColumns);
        records = [.. records.Where((_, i) => i % ((records.Count / columns) + 1) == 0)];
        var chosen = decisions.Select(d => choices?[d]).ToList();
        var colors = new FormatColors(
            decisions.SelectMany(d => records.Select(r => r.Policy![d])).SelectMany(d => d.Where(o => o.Value >= Shown)).Select(o => o.Key).Concat(chosen.OfType<string>()));
        var width = records.Count > 1 ? (records[^1].Step - records[0].Step) / (records.Count - 1.0) : 1;
        var (first, end) = ((double)records[0].Step, records[^1].Step + width);
        var most = result is null ? end : end + (Chosen * colors.CellWidth * (end - first));

        var plot = Plots.Create();
        var axis = Plots.Axis(AxisPosition.Bottom, "step", first, most);
        axis.LabelFormatter = step => step > end ? "" : Invariant($"{step:0.##}");
        plot.Axes.Add(axis);
        plot.Axes.Add(Plots.Names(decisions));
        var ground = new RectangleBarSeries { StrokeThickness = 0, FillColor = OxyColor.FromAColor(110, Theme.Grid) };
        plot.Series.Add(ground);
        var line = Room / colors.Names.Count;
        for (var o = 0; o < colors.Names.Count; o++)
        {
            var low = (Room / 2) - (o * line);
            plot.Series.Add(Option(colors.Names[o], colors[colors.Names[o]], low - line, low, records, decisions, width));
        }

        var cells = new RectangleBarSeries { StrokeThickness = 0 };
        plot.Series.Add(cells);
        for (var d = 0; d < decisions.Count; d++)
        {
            ground.Items.Add(new RectangleBarItem(first, d - (Room / 2), end, d + (Room / 2)));
            if (chosen[d] is not { } format)
                continue;
            cells.Items.Add(new RectangleBarItem(end + ((most - end) * 0.1), d - (Room / 2), most, d + (Room / 2)) { Color = colors[format] });
            plot.Annotations.Add(Plots.Label(
                end + ((most - end) * 0.55), d, format, FormatColors.TextOn(colors[format]), fontSize: Plots.RowFont(decisions.Count)));
        }

        var bandHeight = Math.Max(Plots.RowHeight(decisions.Count), (decisions.Count > 48 ? 1 : 2.5) * colors.Names.Count / Room);
        return new Chart(
            "policy", "Probability of every option while exploring" + (result is null ? "" : ", and the choice"), Summary([.. decisions.Select(d => records[^1].Policy![d])]), plot, (decisions.Count * bandHeight) + 76,
            Table(records, all), [.. Marks(records, decisions, width)]);
    }

    private static RectangleBarSeries Option(
        string option, OxyColor color, double low, double high, List<StepRecord> records, List<string> decisions, double width)
    {
        var series = new RectangleBarSeries { Title = option, FillColor = color, StrokeThickness = 0 };
        for (var d = 0; d < decisions.Count; d++)
        {
            var levels = records.Select(r => (int)Math.Round(Levels * Math.Sqrt(r.Policy![decisions[d]].GetValueOrDefault(option)))).ToList();
            for (int start = 0, end; start < levels.Count; start = end)
            {
                end = start + 1;
                while (end < levels.Count && levels[end] == levels[start])
                    end++;
                if (levels[start] > 0)
                    series.Items.Add(new RectangleBarItem(records[start].Step, d + low, records[end - 1].Step + width, d + high)
                    {
                        Color = OxyColor.FromAColor((byte)(255 * levels[start] / Levels), color),
                    });
            }
        }

        return series;
    }

    private static IEnumerable<ChartMark> Marks(List<StepRecord> records, List<string> decisions, double width) =>
        from d in Enumerable.Range(0, decisions.Count)
        from record in records.Where((_, i) => i % 4 == 0)
        select new ChartMark(
            record.Step, d - 0.5, record.Step + (4 * width), d + 0.5, $"{decisions[d]}, step {record.Step}: {Text(record.Policy![decisions[d]])}");

    private static DataTable Table(List<StepRecord> records, List<string> decisions)
    {
        var shown = new[] { records[0], records[records.Count / 2], records[^1] }.DistinctBy(r => r.Step).ToList();
        return new DataTable(
            ["decision", .. shown.Select(r => $"step {r.Step}")],
            [.. decisions.Select(d => (IReadOnlyList<string>)[d, .. shown.Select(r => Text(r.Policy![d]))])],
            Left: 1 + shown.Count);
    }

    private static bool IsFormat(string option) => NumberFormat.TryParse(option, out _);

    private static string Summary(List<IReadOnlyDictionary<string, double>> last)
    {
        var settled = last.Count(d => d.Values.Max() >= 0.9);
        return $"A band for each of {last.Count} decisions, the narrowest format below, more opaque where it is more probable. "
            + $"At the end {settled} of {last.Count} give one option 90 % or more.";
    }

    private static string Text(IReadOnlyDictionary<string, double> probabilities) =>
        string.Join(", ", probabilities.Where(o => o.Value >= 0.005).OrderByDescending(o => o.Value).Take(Told).Select(o => Invariant($"{o.Key} {o.Value:0.00}")));
}
