using System.Globalization;
using System.Text.Json;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Comparison;

/// <summary>What a comparison has found so far: a row for every method and target, and the command of every run.</summary>
/// <param name="CostUnit">GBOPs, MB, bits or ms.</param>
/// <param name="Rows">In the order of targets and methods.</param>
/// <param name="Runs">In the order of the plan.</param>
public sealed record ComparisonReport(string CostUnit, IReadOnlyList<ComparisonRow> Rows, IReadOnlyList<ComparisonRun> Runs)
{
    /// <summary>Sums up the runs that are complete.</summary>
    /// <param name="cells">The runs of the plan.</param>
    /// <param name="failures">Why runs failed, by name.</param>
    public static ComparisonReport Of(IReadOnlyList<ComparisonCell> cells, IReadOnlyDictionary<string, string> failures)
    {
        var runs = cells.Select(c => (Cell: c, Result: c.Result())).ToList();
        var groups = runs.GroupBy(r => (r.Cell.Method, r.Cell.Target)).ToList();
        double? MeanOf(string method, string? target) =>
            groups.FirstOrDefault(g => g.Key == (method, target)) is { } group ? Mean(group.Select(r => r.Result?.Accuracy)) : null;

        var reference = MeanOf(ComparisonPlan.Reference, null);
        return new ComparisonReport(
            ConfiguredCost.Unit(cells[0].Config),
            [
                .. groups.OrderBy(g => g.Key.Target is null).Select(group => Row(
                    group.Key.Method, group.Key.Target, [.. group.Select(r => (r.Cell.Limit, r.Result))],
                    MeanOf(ComparisonPlan.Uniform, group.Key.Target), reference)),
            ],
            [
                .. runs.Select(r => new ComparisonRun(
                    r.Cell.Name, r.Cell.Method, r.Cell.Target, r.Cell.Command, r.Result?.Accuracy, r.Result?.Cost,
                    r.Result is null ? failures.GetValueOrDefault(r.Cell.Name) : null)),
            ]);
    }

    /// <summary>As JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, JsonFormat.Indented) + "\n";

    /// <summary>As a table in Markdown, with the commands beneath.</summary>
    public string ToMarkdown() => string.Join('\n',
    [
        "| " + string.Join(" | ", Columns) + " |",
        "| " + string.Join(" | ", Columns.Select(_ => "---")) + " |",
        .. Rows.Select(r => "| " + string.Join(" | ", Cells(r)) + " |"),
        "",
        "```",
        .. Runs.Select(r => r.Command + (r.Failure is null ? "" : $"    # failed: {r.Failure}")),
        "```",
        "",
    ]);

    /// <summary>The headings of the table.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["target", "method", "seeds", "test accuracy, %", "cost / target", "gap recovered", "seconds", "peak memory, MB"];

    /// <summary>What stands in the columns of a row.</summary>
    public static IReadOnlyList<string> Cells(ComparisonRow row) =>
    [
        row.Target ?? "",
        row.Method,
        row.Missing == 0 ? Text(row.Runs, "0") : $"{row.Runs} of {row.Runs + row.Missing}",
        Text(row.Accuracy * 100, "0.00") + (row.Deviation is { } deviation ? " ± " + Text(deviation * 100, "0.00") : ""),
        row.LeastCost is null ? "" : $"{Text(row.LeastCost, "0.000")} to {Text(row.GreatestCost, "0.000")}",
        Text(row.GapRecovered, "0.00"),
        Text(row.Seconds, "0"),
        Text(row.PeakMemory / 1e6, "0"),
    ];

    private static ComparisonRow Row(
        string method, string? target, IReadOnlyList<(double? Limit, RunResult? Result)> runs, double? uniform, double? reference)
    {
        var results = runs.Select(r => r.Result).OfType<RunResult>().ToList();
        var accuracy = Mean(results.Select(r => (double?)r.Accuracy));
        var gap = reference - uniform;
        var relative = runs.Where(r => r.Result is not null).Select(r => r.Result!.Cost / r.Limit);
        return new ComparisonRow(
            method, target, results.Count, runs.Count - results.Count, accuracy,
            Deviation([.. results.Select(r => r.Accuracy)]),
            Mean(results.Select(r => (double?)r.ValidationAccuracy)), relative.Min(), relative.Max(),
            gap > 0 ? (accuracy - uniform) / gap : null, Mean(results.Select(r => (double?)r.Seconds)), results.Max(r => (long?)r.PeakMemory));
    }

    /// <summary>The standard deviation of a sample; null with fewer than two values.</summary>
    internal static double? Deviation(IReadOnlyCollection<double> values) =>
        values.Count < 2 ? null : Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Count - 1));

    private static double? Mean(IEnumerable<double?> values) => values.Average();

    private static string Text(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
