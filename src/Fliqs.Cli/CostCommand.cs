using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fliqs.Config;
using Fliqs.Models;
using Fliqs.Results;
using Fliqs.Storage;
using Spectre.Console;

namespace Fliqs.Cli;

internal static class CostCommand
{
    public static Command Create()
    {
        var models = string.Join("", ModelCatalog.All.Select(m => $"\n  {m.Name}: {m.Description}"));
        var command = new Command("cost", $"MACs, size and bit operations of a network, layer by layer; no training. Networks:{models}");
        var options = new ConfigOptions(command, Verbs.Cost);
        var overrides = new Option<string[]>("--override") { Description = "formats of single layers, conv1=INT8", HelpName = "LAYER=FORMAT", AllowMultipleArgumentsPerToken = true };
        var json = new Option<bool>("--json") { Description = "print one JSON object" };
        command.Options.Add(overrides);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var report = Costing.Of(options.Read(parsed), parsed.GetValue(overrides) ?? []);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(report, JsonFormat.Indented));
            else
                Print(report);
            return ExitCode.Done;
        });
        return command;
    }

    private static void Print(CostReport report)
    {
        var table = new Table().RoundedBorder();
        foreach (var name in new[] { "layer", "weights", "activations" })
            table.AddColumn(name);
        foreach (var name in new[] { "MMACs", "parameters", "kB", "GBOPs" })
            table.AddColumn(new TableColumn(name).RightAligned());
        foreach (var layer in report.Layers)
            table.AddRow(
                Markup.Escape(layer.Name), layer.Weight, layer.Activation, N(layer.Macs / 1e6, "0.000"), N(layer.Weights, "0"),
                N(layer.SizeBytes / 1e3, "0.0"), N(layer.Gbops, "G4"));
        if (Console.IsOutputRedirected)
            AnsiConsole.Console.Profile.Width = 120;
        AnsiConsole.Console.Write(table);
        Console.Out.WriteLine(
            $"{N(report.Macs / 1e6, "0.00")} MMACs, {N(report.Parameters, "0")} parameters, {N(report.SizeBytes / 1e6, "0.000")} MB of weights, {N(report.Gbops, "G5")} GBOPs");
    }

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
