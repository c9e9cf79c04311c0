using System.Globalization;
using Fliqs.Cost;
using Fliqs.Results;
using Spectre.Console;

namespace Fliqs.Cli;

/// <summary>The result of a run as a table of its layers and a few lines.</summary>
internal static class ResultTable
{
    private const int BarLength = 10;

    public static void Print(RunResult result)
    {
        var (factor, unit) = CostText.Scale(result.Cost, result.CostUnit);
        var rows = result.Layers.Select(layer => new[]
        {
            layer.Name, layer.Weight, layer.Activation, N(layer.Macs / 1e6, "0.000"), N(layer.Cost * factor, "0.0000"),
            N(layer.Share * 100, "0.0") + " %", Bar(layer.Share / result.Layers.Max(l => l.Share)),
        });
        if (result.Blocks is { } blocks)
            PrintBlocks(blocks, factor, unit);
        PrintTable(["layer", "weights", "activations"], ["MMACs", unit, "share"], [""], rows);

        foreach (var decision in (result.Decisions ?? []).Where(d => result.Config.ContainsKey("group") && d.Layers.Count > 1))
            Line("shared", $"{decision.Choice} for {decision.Name}");
        if (result.ReSolvedFrom is { } search)
            Line("solved anew", $"from {search}, not trained for these formats");
        Line("cost", CostText.Amount(result.Cost, result.CostUnit)
            + (result.Target is { } target ? $", {N(result.Cost / target * 100, "0.0")} % of the target {CostText.Amount(target, result.CostUnit)}" : ""));
        foreach (var further in result.Further ?? [])
            Line("", $"{CostText.Amount(further.Cost, further.Unit)}, {N(further.Cost / further.Target * 100, "0.0")} % of the target {CostText.Amount(further.Target, further.Unit)}");
        Line("test accuracy", $"{Percent(result.Accuracy)} (validation {Percent(result.ValidationAccuracy)})");
        if (result.Uniform is { } uniform)
        {
            Line($"uniform {uniform.Format}", $"{Percent(uniform.Accuracy)} (validation {Percent(uniform.ValidationAccuracy)}), same recipe,"
                + $" at {CostText.Amount(uniform.Cost, result.CostUnit)}");
        }

        if (result.FromScratch is { } scratch)
            Line("from scratch", $"{Percent(scratch.Accuracy)} (validation {Percent(scratch.ValidationAccuracy)}), what was found from other weights, same recipe");
        Line("seconds", N(result.Seconds, "0.0"));
        if (result.RunFolder is not null)
            Line("run folder", result.RunFolder);
    }

    /// <summary>The architecture that was found, block by block.</summary>
    private static void PrintBlocks(IReadOnlyList<BlockResult> blocks, double factor, string unit) => PrintTable(
        ["block"], ["kernel", "expansion", "filters", "stride", "MMACs", unit, "share"], ["formats", ""], blocks.Select(block => block.Kernel is null
            ? [block.Name, "-", "-", "-", "-", "-", "-", "-", "skipped", ""]
            : new[]
            {
                block.Name, $"{block.Kernel}", $"{block.Expansion}", $"{block.Channels}", $"{block.Stride}", N(block.Macs / 1e6, "0.000"),
                N(block.Cost * factor, "0.0000"), N(block.Share * 100, "0.0") + " %", string.Join(' ', block.Formats),
                Bar(block.Share / blocks.Max(b => b.Share)),
            }));

    /// <summary>A table of text columns, then right-aligned ones, then text again; in a pipe as wide as it has to be.</summary>
    public static void PrintTable(string[] left, string[] right, string[] last, IEnumerable<string[]> rows)
    {
        var table = new Table { Border = TableBorder.Horizontal };
        table.AddColumns([.. left.Select(Column)]);
        table.AddColumns([.. right.Select(name => Column(name).RightAligned())]);
        table.AddColumns([.. last.Select(Column)]);
        foreach (var row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Console.Out),
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (Console.IsOutputRedirected)
            console.Profile.Width = 1000;
        console.Write(table);

        static TableColumn Column(string name) => new TableColumn(name).NoWrap().PadLeft(0).PadRight(name.Length == 0 ? 0 : 1);
    }

    private static string Bar(double share) => new('█', (int)Math.Round(share * BarLength));

    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-14} {value}");

    private static string Percent(double share) => N(share * 100, "0.00") + " %";

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
