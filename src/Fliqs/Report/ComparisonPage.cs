using System.Text.Json;
using Fliqs.Comparison;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Report;

/// <summary>The pages of a comparison and of a front.</summary>
internal static class ComparisonPage
{
    /// <summary>The page of <c>comparison.json</c>.</summary>
    public static HtmlReport OfComparison(string file)
    {
        var report = Read<ComparisonReport>(file, r => r.CostUnit is not null);
        var budgeted = report.Rows.Where(r => r.Target is not null).ToList();
        var targets = budgeted.Select(r => r.Target!).Distinct().ToList();
        var points = budgeted.Select(r => new ParetoPoint(
            r.Method, r.Target!, 0, r.Runs, r.Missing, report.Runs.Where(run => run.Method == r.Method && run.Target == r.Target).Average(run => run.Cost),
            r.Accuracy, r.Deviation)).ToList();
        var reference = report.Rows.FirstOrDefault(r => r.Target is null)?.Accuracy;
        var page = Begin("A comparison of methods", file, report.Runs);
        return End(page, file, report.Runs, [.. targets.Select(t => MethodsChart.Of(t, report)), AccuracyCostChart.Of(points, report.CostUnit, reference)], () =>
        {
            page.Heading("Table");
            page.Table(new DataTable(ComparisonReport.Columns, [.. report.Rows.Select(ComparisonReport.Cells)], Left: 2));
        });
    }

    /// <summary>The page of <c>pareto.json</c>.</summary>
    public static HtmlReport OfFront(string file)
    {
        var report = Read<ParetoReport>(file, r => r.Runs?.All(run => run.Method is not null) == true);
        var reference = report.Runs.Where(r => r.Target is null).Average(r => r.Accuracy);
        var page = Begin("Accuracy and cost", file, report.Runs);
        return End(page, file, report.Runs, [AccuracyCostChart.Of(report.Points, report.CostUnit, reference)], () =>
        {
            page.Heading("Points");
            page.Table(new DataTable(report.PointColumns, [.. report.Points.Select(report.Cells)], Left: 2));
            page.Heading("Methods");
            page.Table(new DataTable(ParetoReport.MethodColumns, [.. report.Methods.Select(ParetoReport.Cells)]));
            page.Paragraph(report.Explanation);
        });
    }

    private static HtmlPage Begin(string title, string file, IReadOnlyList<ComparisonRun> runs)
    {
        var done = runs.Count(r => r.Accuracy is not null);
        var page = new HtmlPage(title, $"{Path.GetDirectoryName(file)}: {done} of {runs.Count} runs");
        foreach (var run in runs.Where(r => r.Failure is not null))
            page.Note($"{run.Name} failed: {run.Failure}");
        if (runs.Count(r => r.Accuracy is null && r.Failure is null) is > 0 and var missing)
            page.Note($"{missing} {(missing == 1 ? "run has" : "runs have")} not been made yet; the same command goes on with them.");
        return page;
    }

    private static HtmlReport End(HtmlPage page, string file, IReadOnlyList<ComparisonRun> runs, IEnumerable<Chart?> drawn, Action tables)
    {
        var results = runs.Where(r => r.Accuracy is not null).GroupBy(r => (r.Target, r.Method)).SelectMany(seeds => seeds).Select(r => (r.Name, Folder: Path.Combine(Path.GetDirectoryName(file)!, r.Name)))
            .Where(r => File.Exists(Path.Combine(r.Folder, "result.json"))).Select(r => (r.Name, RunResult.Load(RunFolder.Open(r.Folder))));
        var charts = drawn.Append(RunFormatsChart.Of(results)).OfType<Chart>().ToList();
        if (charts.Count > 0)
        {
            page.Heading("Charts");
            page.Charts(charts);
        }

        tables();
        page.Heading("How it was made");
        page.Folded($"commands of {runs.Count} runs", () => page.Code(string.Join('\n', runs.Select(r => r.Command))));
        return new HtmlReport(page.ToString(), charts);
    }

    private static T Read<T>(string file, Predicate<T> isCurrent)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(file), JsonFormat.Compact) is { } report && isCurrent(report)
                ? report
                : throw new InputException($"{file}: is of an earlier version; give the command that made it once more, complete runs stay");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: is damaged: {e.Message}", e);
        }
    }
}
