using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Results;
using Fliqs.Search;
using Fliqs.Storage;
using static System.FormattableString;

namespace Fliqs.Report;

/// <summary>The page of a run, complete or not.</summary>
internal static class RunPage
{
    public static HtmlReport Of(RunFolder folder)
    {
        var result = File.Exists(folder.Result) ? RunResult.Load(folder) : null;
        var config = ConfigFile.Read([folder.Config], []);
        var steps = MetricsFile.Read(folder.Metrics);
        var page = new HtmlPage(
            Invariant($"{(result is null ? "A run" : result.Method)} on {config.Data}: {config.Model}, seed {config.Seed}"),
            result is null ? "not complete" : Invariant($"{result.Layers.Count} layers, {result.History.Count} {(result.History.Count == 1 ? "epoch" : "epochs")}, {steps.Count} steps"));
        var charts = Charts(result, steps).ToList();
        if (result is null)
            page.Note($"This run is not complete: {(steps.Count == 0 ? "no step is recorded" : $"{steps.Count} steps are recorded")} so far.");
        else
            page.Figures(Figures(result));
        if (result?.ReSolvedFrom is { } search)
            page.Note($"Solved anew from {search}: the network was not trained for these formats.");

        if (charts.Count > 0)
        {
            page.Heading("Charts");
            page.Charts(charts);
        }

        if (result is not null && steps.Any(s => s.Phase == "explore") && !charts.Exists(c => c.Name == "policy"))
            page.Paragraph("This run was made by a version that did not record the probabilities of the policy.");
        if (result is not null)
        {
            page.Heading("Layers");
            page.Table(Layers(result));
        }

        Origin(page, folder, config, result);
        return new HtmlReport(page.ToString(), charts);
    }

    private static IEnumerable<Chart> Charts(RunResult? result, IReadOnlyList<StepRecord> steps)
    {
        if (result is { Layers.Count: > 0 })
            yield return FormatChart.Of(result);
        if (result is not null && BlockChart.Of(result) is { } blocks)
            yield return blocks;
        if (PolicyChart.Of(steps, result) is { } policy)
            yield return policy;
        if (steps.Count == 0)
            yield break;
        foreach (var chart in new CurveCharts(steps, result).All())
            yield return chart;
    }

    private static IEnumerable<(string Name, string Value, string Remark)> Figures(RunResult result)
    {
        yield return ("test accuracy", Percent(result.Accuracy), Invariant($"validation {Percent(result.ValidationAccuracy)}"));
        yield return (
            "cost", CostText.Amount(result.Cost, result.CostUnit),
            result.Target is { } target ? Invariant($"{100 * result.Cost / target:0.0} % of the target {CostText.Amount(target, result.CostUnit)}") : "no target");
        foreach (var further in result.Further ?? [])
            yield return (
                "cost of a further target", CostText.Amount(further.Cost, further.Unit),
                Invariant($"{100 * further.Cost / further.Target:0.0} % of the target {CostText.Amount(further.Target, further.Unit)}"));
        if (result.Uniform is { } uniform)
            yield return (
                $"uniform {uniform.Format}, same recipe", Percent(uniform.Accuracy),
                Invariant($"validation {Percent(uniform.ValidationAccuracy)}, at {CostText.Amount(uniform.Cost, result.CostUnit)}"));
        if (result.FromScratch is { } scratch)
            yield return ("found network from scratch", Percent(scratch.Accuracy), Invariant($"validation {Percent(scratch.ValidationAccuracy)}, other weights, same recipe"));
        yield return ("time", Time(result.Seconds), Invariant($"peak memory {result.PeakMemory / 1e6:0} MB"));
    }

    private static DataTable Layers(RunResult result)
    {
        var (factor, unit) = CostText.Scale(result.Cost, result.CostUnit);
        return new DataTable(
            ["layer", "weights", "activations", "MMACs", "number of weights", unit, "share, %"],
            [
                .. result.Layers.Select(l => (IReadOnlyList<string>)
                [
                    l.Name, l.Weight, l.Activation, Invariant($"{l.Macs / 1e6:0.000}"), Invariant($"{l.Weights:#,0}"),
                    Invariant($"{l.Cost * factor:0.0000}"), Invariant($"{l.Share * 100:0.0}"),
                ]),
            ],
            Left: 3);
    }

    /// <summary>How the run can be made again.</summary>
    private static void Origin(HtmlPage page, RunFolder folder, RunConfig config, RunResult? result)
    {
        page.Heading("How it was made");
        if (result is null)
            page.Paragraph($"It goes on with --resume {ShellWord.Quote(folder.Root)}.");
        else if (result.Verb is { } name && Enum.TryParse<Verbs>(name, ignoreCase: true, out var verb))
            page.Code(CommandText.Of(verb, config with { Out = null }));
        page.Folded("configuration", () => page.Table(new DataTable(
            ["key", "value", "meaning"],
            [
                .. ConfigFile.Keys.Where(k => k.ValueIn(config) is not null && k.Name != "out")
                    .Select(k => (IReadOnlyList<string>)[k.Name, k.ValueIn(config)!, k.Description]),
            ],
            Left: 3)));
    }

    private static string Percent(double share) => Invariant($"{share * 100:0.00} %");

    private static string Time(double seconds) =>
        seconds < 100 ? Invariant($"{seconds:0.0} s") : Invariant($"{(int)(seconds / 3600)}:{TimeSpan.FromSeconds(seconds):mm\\:ss} h");
}
