using System.Globalization;
using Fliqs.Results;
using Spectre.Console;

namespace Fliqs.Cli;

/// <summary>The result of a run as a table of its layers and a few lines.</summary>
internal static class ResultTable
{
    private const int BarLength = 20;

    public static void Print(RunResult result)
    {
        var table = new Table().RoundedBorder();
        table.AddColumn("layer");
        table.AddColumn("weights");
        table.AddColumn("activations");
        table.AddColumn(new TableColumn("MMACs").RightAligned());
        table.AddColumn(new TableColumn(result.CostUnit).RightAligned());
        table.AddColumn("share of cost");
        foreach (var layer in result.Layers)
            table.AddRow(
                Markup.Escape(layer.Name), layer.Weight, layer.Activation, N(layer.Macs / 1e6, "0.000"), N(layer.Cost, "G4"),
                new string('█', (int)Math.Round(layer.Share * BarLength)) + N(layer.Share * 100, " 0.0") + " %");
        var console = AnsiConsole.Console;
        if (Console.IsOutputRedirected)
            console.Profile.Width = 120;
        console.Write(table);

        Line("cost", N(result.Cost, "G5") + $" {result.CostUnit}"
            + (result.Target is { } target ? $", {N(result.Cost / target * 100, "0.0")} % of the target {N(target, "G5")}" : ""));
        Line("test accuracy", $"{Percent(result.Accuracy)} (validation {Percent(result.ValidationAccuracy)})");
        if (result.Uniform is { } uniform)
            Line($"uniform {uniform.Format}", $"{Percent(uniform.Accuracy)} (validation {Percent(uniform.ValidationAccuracy)}) at {N(uniform.Cost, "G5")} {result.CostUnit}, same recipe");
        Line("seconds", N(result.Seconds, "0.0"));
        if (result.RunFolder is not null)
            Line("run folder", result.RunFolder);
    }

    private static void Line(string name, string value) => Console.Out.WriteLine($"{name,-14} {value}");

    private static string Percent(double share) => N(share * 100, "0.00") + " %";

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
