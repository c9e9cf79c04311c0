using Fliqs.Cost;
using Fliqs.Results;
using Fliqs.Search;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The signals of a run over its steps. Those of single steps are noisy, so means of some steps are drawn.</summary>
/// <param name="steps">The steps of the run; at least one.</param>
/// <param name="result">Null as long as the run is not complete.</param>
internal sealed class CurveCharts(IReadOnlyList<StepRecord> steps, RunResult? result)
{
    private const int Points = 60;
    private const int TableRows = 20;

    /// <summary>The share of the axis that a name of a phase may need; the name behind a narrower phase goes below.</summary>
    private const double NarrowPhase = 0.2;

    /// <summary>All that the run has: of a search also entropy, cost against the target and reward, from the end of the warm-up on.</summary>
    public IEnumerable<Chart> All()
    {
        var searching = steps.Where(s => s.Phase != "warm-up" && s.ExpectedCost is not null).ToList();
        if (searching.Any(s => s.Phase == "explore" && s.Entropy is not null))
            yield return Curves(
                "entropy", "Mean entropy of the decisions, nats", "entropy, nats", "0.000", [("entropy", Means(searching, s => s.Entropy))], including: 0);
        yield return Accuracy();
        yield return Loss();
        if (searching.Count > 0)
            yield return Cost(searching);
        if (searching.Any(s => s.Reward is not null))
            yield return Curves(
                "reward", "Reward and quality", "reward", "0.000",
                [("reward", Means(searching, s => s.Reward)), ("quality", Means(searching, s => s.Quality))]);
    }

    /// <summary>The loss on the training batches.</summary>
    public Chart Loss()
    {
        var points = Means(steps, s => s.Loss);
        return Curves("loss", "Training loss, nats", "loss, nats", "0.000", [("training", points)]);
    }

    /// <summary>The accuracy on the training batches, and after every epoch on the validation images.</summary>
    public Chart Accuracy()
    {
        var training = ("training batches", Means(steps, s => 100 * s.Accuracy));
        var validation = ("validation", (List<(double, double)>)[.. (result?.History ?? []).Select(e => (e.Step - 1.0, 100 * e.ValidationAccuracy))]);
        var chart = Curves("accuracy", "Accuracy, %", "accuracy, %", "0.0", validation.Item2.Count > 0 ? [training, validation] : [training], including: 100 * result?.Accuracy);
        if (chart.Plot.Series.Count > 1 && chart.Plot.Series[1] is LineSeries { Points.Count: <= 40 } line)
            (line.MarkerType, line.MarkerSize, line.MarkerFill) = (MarkerType.Circle, 2.5, line.Color);
        if (result is not null)
        {
            var test = new ScatterSeries { Title = "test", MarkerType = MarkerType.Diamond, MarkerSize = 5, MarkerFill = Theme.Series(2) };
            test.Points.Add(new ScatterPoint(steps[^1].Step + 1, 100 * result.Accuracy));
            chart.Plot.Series.Add(test);
        }

        return chart;
    }

    private Chart Cost(List<StepRecord> searching)
    {
        var unit = result?.CostUnit ?? "";
        var (factor, shown) = CostText.Scale(result?.Target ?? searching.Max(s => s.Cost ?? 0), unit);
        var chart = Curves(
            "cost", $"Cost{(result?.Target is null ? "" : " against the target")}, {shown}".TrimEnd(',', ' '), $"cost, {shown}".TrimEnd(',', ' '), "0.####",
            [("of the steps", Means(searching, s => factor * s.Cost)), ("expected by the policy", Means(searching, s => factor * s.ExpectedCost))],
            including: factor * result?.Target);
        if (result?.Target is { } target)
            Plots.AddLevel(chart.Plot, factor * target, $"target {CostText.Amount(target, unit)}", HorizontalAlignment.Right);
        return chart;
    }

    private Chart Curves(string name, string title, string unit, string format, List<(string Name, List<(double X, double Y)> Points)> lines, double? including = null)
    {
        var plot = Plots.Create();
        plot.Axes.Add(Plots.Axis(AxisPosition.Bottom, "step"));
        var vertical = Plots.Including(
            Plots.Axis(AxisPosition.Left, unit), 0.05, lines.SelectMany(l => l.Points).Select(p => (double?)p.Y).Append(including));
        vertical.Maximum += 0.12 * (vertical.Maximum - vertical.Minimum); // for the names of the phases
        if (including == 0)
            vertical.Minimum = 0;
        plot.Axes.Add(vertical);
        for (var i = 0; i < lines.Count; i++)
            plot.Series.Add(Plots.Line(lines.Count > 1 ? lines[i].Name : null, Theme.Series(i), lines[i].Points));
        ((IPlotModel)plot).Update(true);
        AddPhases(plot, lines[0].Points[0].X, lines[0].Points[^1].X, plot.DefaultYAxis.ActualMaximum);
        var texts = lines.Where(l => l.Points.Count > 0).Select(l =>
            $"{l.Name} from {l.Points[0].Y.ToString(format, null)} at step {l.Points[0].X:0} to {l.Points[^1].Y.ToString(format, null)} at step {l.Points[^1].X:0}");
        return new Chart(
            name, title, $"Lines over the steps: {string.Join("; ", texts)}.", plot, Chart.UsualHeight, Table(lines, format), [.. Marks(plot, lines, format)]);
    }

    /// <summary>Names the phases of the run, with a line where one ends.</summary>
    private void AddPhases(PlotModel plot, double from, double to, double top)
    {
        var phases = steps.Where(s => s.Step >= from && s.Step <= to).GroupBy(s => s.Phase).Select(g => (Name: g.Key, First: g.Min(s => s.Step))).ToList();
        if (phases.Count < 2)
            return;
        for (var i = 0; i < phases.Count; i++)
        {
            var (name, first) = phases[i];
            if (i > 0)
                plot.Annotations.Add(Plots.Rule(LineAnnotationType.Vertical, first, LineStyle.Dot));
            var label = Plots.Label(first, top, name, Theme.Muted, HorizontalAlignment.Left, Plots.FontSize - 2);
            var crowded = i > 0 && first - phases[i - 1].First < NarrowPhase * (to - from);
            (label.TextVerticalAlignment, label.Offset) = (VerticalAlignment.Top, new ScreenVector(3, crowded ? Plots.FontSize : 0));
            plot.Annotations.Add(label);
        }
    }

    private static List<(double X, double Y)> Means(IReadOnlyList<StepRecord> steps, Func<StepRecord, double?> signal)
    {
        var values = steps.Select(s => (s.Step, Value: signal(s))).Where(v => v.Value is { } value && double.IsFinite(value)).ToList();
        return [.. values.Chunk((values.Count / Points) + 1).Select(c => (Math.Round(c.Average(v => v.Step), 1), c.Average(v => v.Value!.Value)))];
    }

    private static DataTable Table(List<(string Name, List<(double X, double Y)> Points)> lines, string format)
    {
        var every = (lines[0].Points.Count / TableRows) + 1;
        var rows = lines[0].Points.Where((_, i) => i % every == 0).Select(p => p.X);
        var half = HalfStep(lines[0].Points) * every;
        return new DataTable(
            ["step", .. lines.Select(l => l.Name)],
            [.. rows.Select(x => (IReadOnlyList<string>)[Invariant($"{x:0}"), .. lines.Select(l => Nearest(l.Points, x, half)?.ToString(format, null) ?? "")])],
            Left: 0);
    }

    /// <summary>Columns that tell the values of all lines.</summary>
    private static IEnumerable<ChartMark> Marks(PlotModel plot, List<(string Name, List<(double X, double Y)> Points)> lines, string format)
    {
        var points = lines[0].Points;
        var half = HalfStep(points);
        return points.Select(p => new ChartMark(
            p.X - half, plot.DefaultYAxis.ActualMinimum, p.X + half, plot.DefaultYAxis.ActualMaximum,
            Invariant($"step {p.X:0}: ") + string.Join(", ", lines.Select(l => (l.Name, Value: Nearest(l.Points, p.X, half))).Where(l => l.Value is not null)
                .Select(l => $"{l.Name} {l.Value!.Value.ToString(format, null)}"))));
    }

    private static double HalfStep(List<(double X, double Y)> points) => points.Count > 1 ? (points[1].X - points[0].X) / 2 : 0.5;

    /// <summary>The value at a step, of the nearest point; null where none is so near.</summary>
    private static double? Nearest(List<(double X, double Y)> points, double x, double within) =>
        points.Where(p => x - within <= p.X && p.X < x + within).Select(p => ((double X, double Y)?)p).MinBy(p => Math.Abs(p!.Value.X - x))?.Y;
}
