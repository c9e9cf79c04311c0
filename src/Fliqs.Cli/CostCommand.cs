using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Models;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Cli;

internal static class CostCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "cost", "MACs, size and bit operations of a network, layer by layer; no training",
            "fliqs cost --model resnet18 --format INT4 --override conv1=INT8")
        {
            Epilogue = "Networks:" + string.Concat(ModelCatalog.All.Select(m => $"\n  {m.Name,-15} {m.Description}")),
        };
        var options = new ConfigOptions(command, Verbs.Cost);
        var overrides = new Option<string[]>("--override") { Description = "format of a layer, conv1=INT8, layer1.*=INT4/INT8 (weights/activations); may be given again, the last wins", HelpName = "LAYER=FORMAT", AllowMultipleArgumentsPerToken = true };
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
        var (factor, unit) = CostText.Scale(report.Gbops, "GBOPs");
        ResultTable.PrintTable(["layer", "weights", "activations"], ["MMACs", "parameters", "kB", unit], [], report.Layers.Select(layer => new[]
        {
            layer.Name, layer.Weight, layer.Activation, N(layer.Macs / 1e6, "0.000"), N(layer.Weights, "0"), N(layer.SizeBytes / 1e3, "0.0"),
            N(layer.Gbops * factor, "0.0000"),
        }));
        Console.Out.WriteLine(
            $"{N(report.Macs / 1e6, "0.00")} MMACs, {N(report.Parameters, "#,0")} parameters, {CostText.Amount(report.SizeBytes / 1e6, "MB")} of weights,"
            + $" {CostText.Amount(report.Gbops, "GBOPs")}");
    }

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
