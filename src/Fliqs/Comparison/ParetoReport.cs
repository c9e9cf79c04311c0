using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Comparison;

/// <summary>Methods over many budgets, <c>pareto.json</c>: the points, which of them are on the front, and the command of every run.</summary>
/// <param name="CostUnit">GBOPs, MB, bits or ms.</param>
/// <param name="Reference">What hypervolumes are measured from.</param>
/// <param name="Methods">In the order in which they were asked for.</param>
/// <param name="Points">Method by method, from the smallest budget to the greatest. BF16, which has no budget, is not among them.</param>
/// <param name="Runs">In the order of the plan.</param>
public sealed record ParetoReport(
    string CostUnit,
    ParetoReference Reference,
    IReadOnlyList<ParetoMethod> Methods,
    IReadOnlyList<ParetoPoint> Points,
    IReadOnlyList<ComparisonRun> Runs)
{
    /// <summary>Sums up the runs that are complete.</summary>
    /// <param name="config">What was asked for.</param>
    /// <param name="cells">The runs of the plan.</param>
    /// <param name="failures">Why runs failed, by name.</param>
    public static ParetoReport Of(RunConfig config, IReadOnlyList<ComparisonCell> cells, IReadOnlyDictionary<string, string> failures)
    {
        var budgeted = cells.Where(c => c.Limit is not null).ToList();
        var reference = new ParetoReference(budgeted.Max(c => c.Limit!.Value), 1.0 / RunDefaults.Resolve(config).Classes!.Value);
        var points = budgeted.GroupBy(c => c.Method).SelectMany(method => method
            .GroupBy(c => c.Target!).Select(target => Point(method.Key, [.. target])).OrderBy(p => p.Limit)).ToList();
        var front = FrontOf(points);
        var fronts = points.GroupBy(p => p.Method).ToDictionary(g => g.Key, FrontOf);
        return new ParetoReport(
            ConfiguredCost.Unit(config),
            reference,
            [.. points.GroupBy(p => p.Method).Select(g => new ParetoMethod(
                g.Key, g.Any(p => p.Runs > 0) ? ParetoFront.Hypervolume(Places(g), reference) : null))],
            [.. points.Select(p => p with { OnMethodFront = fronts[p.Method].Contains(Place(p)), OnFront = front.Contains(Place(p)) })],
            ComparisonReport.Of(cells, failures).Runs);
    }

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat.Indented) + "\n";

    /// <summary>As tables in Markdown, with the commands beneath.</summary>
    public string ToMarkdown() => string.Join('\n',
    [
        "| " + string.Join(" | ", PointColumns) + " |",
        "| --- | --- | --- | --- | --- | --- |",
        .. Points.Select(p => "| " + string.Join(" | ", Cells(p)) + " |"),
        "",
        "| " + string.Join(" | ", MethodColumns) + " |",
        "| --- | --- |",
        .. Methods.Select(m => "| " + string.Join(" | ", Cells(m)) + " |"),
        "",
        Explanation,
        "",
        "```",
        .. Runs.Select(r => r.Command + (r.Failure is null ? "" : $"    # failed: {r.Failure}")),
        "```",
        "",
    ]);

    /// <summary>What the hypervolume and the marks of the front mean, one line.</summary>
    public string Explanation => (Points.Any(p => p.ReSolvedFrom is not null) ? "METHOD@TARGET: the searches at that target, solved for others without training. " : "")
        + string.Create(CultureInfo.InvariantCulture, $"Front: ** of all methods, * of its own. Hypervolume: over log2(cost) and accuracy, from {CostText.Amount(Reference.Cost, CostUnit)} and {Reference.Accuracy:0.###}.");

    /// <summary>The headings of the table of points.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> PointColumns => ["method", "target", "seeds", $"cost, {Shown.Unit}", "test accuracy, %", "front"];

    /// <summary>The headings of the table of methods.</summary>
    public static IReadOnlyList<string> MethodColumns { get; } = ["method", "hypervolume"];

    /// <summary>What stands in the columns of a point.</summary>
    public IReadOnlyList<string> Cells(ParetoPoint point) =>
    [
        point.Method,
        point.Target,
        point.Missing == 0 ? Text(point.Runs, "0") : $"{point.Runs} of {point.Runs + point.Missing}",
        point.Cost is { } cost ? CostText.Number(Shown.Factor * cost) : "",
        Text(point.Accuracy * 100, "0.00") + (point.Deviation is { } deviation ? " ± " + Text(deviation * 100, "0.00") : ""),
        point.OnFront ? "**" : point.OnMethodFront ? "*" : "",
    ];

    /// <summary>What stands in the columns of a method: its name and its hypervolume.</summary>
    public static IReadOnlyList<string> Cells(ParetoMethod method) => [method.Method, Text(method.Hypervolume, "0.0000")];

    /// <summary>The unit of the column of costs, which is that of the chart.</summary>
    private (double Factor, string Unit) Shown => CostText.Scale(Points.Min(p => p.Cost) ?? Reference.Cost, CostUnit);

    private static ParetoPoint Point(string method, IReadOnlyList<ComparisonCell> cells)
    {
        var results = cells.Select(c => c.Result()).OfType<RunResult>().ToList();
        var accuracies = results.Select(r => r.Accuracy).ToList();
        return new ParetoPoint(
            method, cells[0].Target!, cells[0].Limit!.Value, results.Count, cells.Count - results.Count,
            results.Average(r => (double?)r.Cost), accuracies.Count == 0 ? null : accuracies.Average(), ComparisonReport.Deviation(accuracies),
            cells[0].ReSolvedFrom);
    }

    private static HashSet<(double, double)> FrontOf(IEnumerable<ParetoPoint> points) => [.. ParetoFront.Of(Places(points))];

    private static IEnumerable<(double Cost, double Accuracy)> Places(IEnumerable<ParetoPoint> points) =>
        points.Where(p => p.Runs > 0).Select(Place);

    private static (double Cost, double Accuracy) Place(ParetoPoint point) => (point.Cost ?? double.NaN, point.Accuracy ?? double.NaN);

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
