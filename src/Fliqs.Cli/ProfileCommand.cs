using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Space;
using Fliqs.Storage;

namespace Fliqs.Cli;

internal static class ProfileCommand
{
    private const int Repeats = 30;
    private const double Doubtful = 0.2;

    public static Command Create()
    {
        var command = new Verb(
            "profile", "measure the latency of every layer of a network in every format on this machine, for --cost latency",
            "fliqs profile --model resnet20 --data fashion-mnist --space INT8,FP32 --out latency.json");
        var options = new ConfigOptions(command, Verbs.Profile);
        var file = new Option<string?>("--out") { Description = "the table to write", HelpName = "FILE" };
        var threads = Number("--threads", "threads of ONNX Runtime", 1);
        var repeats = Number("--repeats", "runs that a median is of", Repeats);
        var json = new Option<bool>("--json") { Description = "print one JSON object on standard output and nothing else there" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress" };
        foreach (var option in new Option[] { file, threads, repeats, json, quiet })
            command.Options.Add(option);
        command.SetAction(parsed =>
        {
            var path = OutputFile.Check(file.Name, parsed.GetValue(file)) ?? throw new InputException("name the table to write with --out");
            foreach (var number in new[] { threads, repeats })
                if (parsed.GetValue(number) is < 1 and var value)
                    throw new InputException($"{number.Name}: {value} is out of range, it has to be at least 1");
            var config = RunDefaults.ResolveNetwork(options.Read(parsed));
            using var model = ConfiguredModel.Create(config);
            var written = new ExportOptions { OffsetInt8 = config.Runtime is not { } target || RuntimeTable.Parse(target).OffsetInt8 };
            using var line = new LiveLine(parsed.GetValue(quiet));
            using var interrupt = new InterruptSignal(() => line.Write("stopping; nothing is written"));
            var table = LatencyProfiler.Measure(
                model, config.Model!, [.. Pairs(config, ConfiguredSpace.Formats(config, model).Formats)], parsed.GetValue(threads), parsed.GetValue(repeats), written,
                (done, all) => line.Progress("measuring", done, all), interrupt.Token);
            line.Dispose();
            table.Save(path);
            if (parsed.GetValue(json))
                Console.Out.WriteLine(JsonSerializer.Serialize(table, JsonFormat.Indented));
            else
                Print(table, path);
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Those that a search of the space may choose, and FP32 for targets relative to it.</summary>
    private static IEnumerable<LayerFormats> Pairs(RunConfig config, IReadOnlyList<NumberFormat> formats)
    {
        var pairs = config.Activations == ActivationMode.Tied
            ? formats.Select(f => new LayerFormats(f))
            : formats.SelectMany(w => formats.Select(a => new LayerFormats(w, a)));
        return pairs.Append(new LayerFormats(NumberFormat.Fp32)).Distinct();
    }

    private static void Print(LatencyTable table, string path)
    {
        ResultTable.PrintTable(["layer", "weights", "activations"], ["ms", "spread"], [], table.Entries.Select(e => new[]
        {
            e.Layer, e.Weight, e.Activation, N(e.Milliseconds, "0.0000"), N(e.Spread * 100, "0") + " %",
        }));
        ResultTable.PrintTable(["network", "format"], ["ms", "sum of its layers"], [], table.Networks.Select(n => new[]
        {
            n.Model, n.Format, N(n.Milliseconds, "0.000"), N(n.Layers, "0.000"),
        }));
        if (table.Changes.Count > 0)
            ResultTable.PrintTable(["layer", "next"], ["to integers", "to floats, ms"], [], table.Changes.Select(c => new[]
            {
                c.Layer, c.Next, N(c.ToIntegers, "0.0000"), N(c.ToFloats, "0.0000"),
            }));
        if (table.Checks.Select(c => c.Error).Order().ToList() is { Count: > 0 } errors)
        {
            var median = errors[errors.Count / 2];
            Console.Out.WriteLine(
                $"networks of formats at random are predicted within {N(median * 100, "0")} %, the median of {errors.Count}, and {N(errors[^1] * 100, "0")} % at most"
                + (median > Doubtful ? "; measure again when the machine is quiet" : ""));
        }

        Console.Out.WriteLine($"{table.Machine}; {table.Runtime}, {table.Threads} thread(s)");
        Console.Out.WriteLine($"table           {path}");
    }

    private static Option<int> Number(string name, string description, int value) => new(name)
    {
        Description = $"{description} [{value}]",
        HelpName = "NUMBER",
        DefaultValueFactory = _ => value,
    };

    private static string N(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
