using System.Globalization;
using System.Text.Json;
using Fliqs.Models;

namespace Fliqs.Benchmarks;

/// <summary>
/// Time and peak memory of a search step over a step in uniform INT4 and over one in FP32, of the same network. Legs are processes of their own
/// and take turns; figures are medians of the ratios of the rounds.
/// </summary>
internal static class StepBenchmark
{
    private static readonly StepLeg[] Networks =
    [
        new("", "resnet20", 28, 128, Channels: 1, Classes: 10),
        new("", "resnet20", 28, 128, Width: 0.5, Channels: 1, Classes: 10),
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

    /// <summary>Uniform and search, and FP32, of some networks.</summary>
    public static int Step(bool json) => Report(json, Networks, rounds: 5);

    /// <summary>The same of all networks for ImageNet, one round of a few steps.</summary>
    public static int ZooAtFullSize(bool json) => Report(json, Zoo, rounds: 1);

    /// <summary>A search over more and more formats, over a search over two.</summary>
    public static int Space(bool json)
    {
        int[] counts = [2, 4, 8, 16, 32];
        var network = Networks[1] with { Kind = "search" };
        var rounds = Enumerable.Range(0, 5).Select(_ => counts.Select(c => (network with { Formats = c }).Measure()).ToList()).ToList();
        var rows = counts.Select((count, i) => new
        {
            formats = count,
            stepOverTwo = Middle(rounds, r => r[i].Step / r[0].Step),
            memoryOverTwo = Middle(rounds, r => r[i].PeakMemory / (double)r[0].PeakMemory),
        }).ToList();
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(rows)
            : string.Join('\n', rows.Select(r => Text($"{r.formats,3} formats: step {r.stepOverTwo}, memory {r.memoryOverTwo} times that of 2"))));
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
            var rounds = Enumerable.Range(0, 5).Select(_ => ((network with { Kind = "nas" }).Measure(), (network with { Kind = "largest" }).Measure())).ToList();
            return new
            {
                network = network.Title,
                searchMilliseconds = Middle(rounds, r => r.Item1.Step),
                searchOverLargest = Middle(rounds, r => r.Item1.Step / r.Item2.Step),
                memoryOverLargest = Middle(rounds, r => r.Item1.PeakMemory / (double)r.Item2.PeakMemory),
            };
        }).ToList();
        Console.Out.WriteLine(json
            ? JsonSerializer.Serialize(rows)
            : string.Join('\n', rows.Select(r => Text($"{r.network}: step {r.searchMilliseconds} ms, {r.searchOverLargest} times that of the largest network, memory {r.memoryOverLargest} times"))));
        return 0;
    }

    private static int Report(bool json, IEnumerable<StepLeg> networks, int rounds)
    {
        var rows = new List<object>();
        foreach (var network in networks)
        {
            var measured = new List<(StepLeg.Figures Float, StepLeg.Figures Uniform, StepLeg.Figures Search)>();
            for (var round = 0; round < rounds; round++)
                measured.Add(((network with { Kind = "float" }).Measure(), (network with { Kind = "uniform" }).Measure(), (network with { Kind = "search" }).Measure()));
            var row = new
            {
                network = network.Title,
                searchMilliseconds = Middle(measured, m => m.Search.Step),
                searchOverUniform = Middle(measured, m => m.Search.Step / m.Uniform.Step),
                searchOverFloat = Middle(measured, m => m.Search.Step / m.Float.Step),
                criticOverSearch = Middle(measured, m => m.Search.Critic!.Value / m.Search.Step),
                memoryOverUniform = Middle(measured, m => m.Search.PeakMemory / (double)m.Uniform.PeakMemory),
                memoryOverFloat = Middle(measured, m => m.Search.PeakMemory / (double)m.Float.PeakMemory),
                searchMegabytes = Middle(measured, m => m.Search.PeakMemory / 1e6),
            };
            rows.Add(row);
            Console.Error.WriteLine(Text(
                $"{row.network}: step {row.searchMilliseconds} ms, {row.searchOverUniform} x uniform, {row.searchOverFloat} x FP32; critic's {row.criticOverSearch} x;")
                + Text($" memory {row.searchMegabytes} MB, {row.memoryOverUniform} x uniform, {row.memoryOverFloat} x FP32"));
        }

        if (json)
            Console.Out.WriteLine(JsonSerializer.Serialize(rows));
        return 0;
    }

    private static double Middle<T>(IEnumerable<T> rounds, Func<T, double> figure) => Math.Round(Statistics.Median(rounds.Select(figure)), 3);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
