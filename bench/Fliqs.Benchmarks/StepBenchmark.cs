using System.Globalization;
using System.Text.Json;
using Fliqs.Models;

namespace Fliqs.Benchmarks;

/// <summary>
/// Time and peak memory of a search step over other steps of the same network. Legs are processes of their own and take turns; figures are
/// medians of the ratios of the rounds, with the least and the greatest.
/// </summary>
internal static class StepBenchmark
{
    private static readonly StepLeg[] Networks =
    [
        new("", "resnet20", 28, 128, Channels: 1, Classes: 10),
        new("", "resnet18", 64, 32),
        new("", "mobilenet_v2", 96, 32),
        new("", "deit_tiny", 64, 32, Patch: 8),
    ];

    /// <summary>The networks of the paper at the size that they are published with, few images a step.</summary>
    private static readonly StepLeg[] Zoo =
    [
        .. from model in ModelCatalog.All
           let published = ModelCatalog.Published(model.Name)
           where published is not null
           select new StepLeg("", model.Name, published.Value.Size, 8, Steps: 12),
    ];

    /// <summary>Over stock modules of TorchSharp, in FP32 and with fake quantization as separate tensor operations.</summary>
    public static int Step(bool json) => Report(json, Networks, rounds: 5, ["plain", "reference"]);

    /// <summary>Over this library's steps in uniform INT4 and in FP32.</summary>
    public static int Uniform(bool json) => Report(json, Networks, rounds: 5, ["uniform", "float"]);

    /// <summary>The same of all networks for ImageNet, one round of a few steps.</summary>
    public static int ZooAtFullSize(bool json) => Report(json, Zoo, rounds: 1, ["uniform", "float"]);

    /// <summary>A search over more and more formats, over a search over two; and in deeper and deeper networks, over the same ones in uniform INT4.</summary>
    public static int Space(bool json)
    {
        int[] counts = [2, 4, 8, 16, 32];
        var network = Networks.Single(n => n.Model == "resnet18") with { Kind = "search" };
        var rounds = Enumerable.Range(0, 5).Select(_ => counts.Select(c => (network with { Formats = c }).Measure()).ToList()).ToList();
        var formats = counts.Select((count, i) => new
        {
            formats = count,
            stepOverTwo = Spread.Of(rounds, r => r[i].Step / r[0].Step),
            memoryOverTwo = Spread.Of(rounds, r => r[i].PeakMemory / (double)r[0].PeakMemory),
        }).ToList();

        int[] depths = [1, 4, 8, 16, 33, 50];
        var layers = depths.Select(depth =>
        {
            var deep = new StepLeg("search", "vit", 28, 32, Width: 48, Depth: depth, Patch: 7, Channels: 1, Classes: 10);
            var pairs = Enumerable.Range(0, 5).Select(_ => (Search: deep.Measure(), Uniform: (deep with { Kind = "uniform" }).Measure())).ToList();
            return new
            {
                layers = deep.CountLayers(),
                searchMilliseconds = Spread.Of(pairs, p => p.Search.Step),
                stepOverUniform = Spread.Of(pairs, p => p.Search.Step / p.Uniform.Step),
                memoryOverUniform = Spread.Of(pairs, p => p.Search.PeakMemory / (double)p.Uniform.PeakMemory),
            };
        }).ToList();
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(new { machine = Machine.Current, network = network.Title, formats, layers })
            : string.Join('\n', [
                .. formats.Select(r => Text($"{r.formats,3} formats: step {r.stepOverTwo}, memory {r.memoryOverTwo} times that of 2")),
                .. layers.Select(r => Text($"{r.layers,3} layers: step {r.stepOverUniform}, memory {r.memoryOverUniform} times that of uniform INT4")),
            ]));
        return 0;
    }

    /// <summary>A search over architectures and formats, over training the largest network of the space.</summary>
    public static int Architectures(bool json)
    {
        StepLeg[] networks =
        [
            new("", "mobilenet_v2", 28, 128, Width: 0.25, Stem: Stem.Small, Channels: 1, Classes: 10),
            new("", "efficientnet_b0", 28, 64, Width: 0.25, Stem: Stem.Small, Channels: 1, Classes: 10),
        ];
        var rows = networks.Select(network =>
        {
            var rounds = Enumerable.Range(0, 5).Select(_ => ((network with { Kind = "nas", Steps = 48 }).Measure(), (network with { Kind = "largest" }).Measure())).ToList();
            var row = new
            {
                network = network.Title,
                searchMilliseconds = Middle(rounds, r => r.Item1.Step),
                searchOverLargest = Middle(rounds, r => r.Item1.Step / r.Item2.Step),
                memoryOverLargest = Middle(rounds, r => r.Item1.PeakMemory / (double)r.Item2.PeakMemory),
            };
            Console.Error.WriteLine(Text($"{row.network}: step {row.searchMilliseconds} ms, {row.searchOverLargest} times that of the largest network, memory {row.memoryOverLargest} times"));
            return row;
        }).ToList();
        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(rows));
        return 0;
    }

    private static int Report(bool json, IEnumerable<StepLeg> networks, int rounds, string[] others)
    {
        var rows = new List<object>();
        foreach (var network in networks)
        {
            var measured = Enumerable.Range(0, rounds)
                .Select(_ => others.Append("search").ToDictionary(kind => kind, kind => (network with { Kind = kind }).Measure())).ToList();
            var figures = new Dictionary<string, Spread>
            {
                ["searchMilliseconds"] = Spread.Of(measured, m => m["search"].Step),
                ["searchMegabytes"] = Spread.Of(measured, m => m["search"].PeakMemory / 1e6),
                ["criticOverSearch"] = Spread.Of(measured, m => m["search"].Critic!.Value / m["search"].Step),
            };
            foreach (var other in others)
            {
                figures[$"searchOver{Capital(other)}"] = Spread.Of(measured, m => m["search"].Step / m[other].Step);
                figures[$"memoryOver{Capital(other)}"] = Spread.Of(measured, m => m["search"].PeakMemory / (double)m[other].PeakMemory);
            }

            rows.Add(new { network = network.Title, figures });
            Console.Error.WriteLine($"{network.Title}: {string.Join(", ", figures.Select(f => $"{f.Key} {f.Value}"))}");
        }

        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { machine = Machine.Current, rows }));
        return 0;
    }

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    private static double Middle<T>(IEnumerable<T> rounds, Func<T, double> figure) => Math.Round(Statistics.Median(rounds.Select(figure)), 3);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
