using System.Diagnostics;
using System.Runtime.InteropServices;
using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Microsoft.ML.OnnxRuntime;
using static TorchSharp.torch;

namespace Fliqs.OnnxRuntime;

/// <summary>Measures layers and networks on ONNX Runtime on this machine, one image at a time.</summary>
public static class LatencyProfiler
{
    private const int WarmUps = 3;
    private const int Passes = 3;
    private const int Checks = 10;
    private static readonly TimeSpan LeastTime = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// The latencies of all distinct layers of a network in pairs of formats. Alone, a layer pays for its own run and not for what lies between layers, so
    /// latencies are scaled to what the whole network takes over the sum of its layers, in each format; by the geometric mean of two for a pair.
    /// Where some pairs compute on integers and others do not, networks of both tell what a change between neighbours takes, see
    /// <see cref="MixedNetworks"/>. At last networks with formats at random are measured beside what the table says of them.
    /// Everything is measured in passes of a third of the repeats, and the least of their medians counts: others on the machine are slow for seconds at a time.
    /// </summary>
    /// <param name="model">The network; its formats and scales are changed.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="pairs">Formats to measure layers in; pinned layers are measured in theirs.</param>
    /// <param name="threads">Threads of ONNX Runtime, at least 1.</param>
    /// <param name="repeats">Runs of everything that is measured, at least 1; of what takes less than a millisecond there are more.</param>
    /// <param name="options">How networks are written; null for the defaults. No layer computes on integers where a pair would keep the others from it.</param>
    /// <param name="progress">Is told how many measurements are done; null for nobody.</param>
    /// <param name="cancellation">Stops between two measurements.</param>
    public static LatencyTable Measure(
        QuantizedModel model, string name, IReadOnlyList<LayerFormats> pairs, int threads, int repeats, ExportOptions? options = null,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        options ??= new ExportOptions();
        options = options with { Integers = options.Integers && pairs.All(p => p.Activation.Bits >= LayerFormats.LeastIntegerBits) };
        var (kinds, shapes) = (LayerKind.Of(model), LayerKind.InputShapes(model));
        var alone = (from layer in model.Layers
                     group layer by kinds[layer.Name] into same
                     from pair in pairs.Concat(same.Select(l => l.Layer.Pinned).OfType<NumberFormat>().Select(f => new LayerFormats(f))).Distinct()
                     select (Kind: same.Key, same.First().Layer, Shape: shapes[same.First().Name], Pair: pair)).ToList();
        List<LayerFormats> tied = [.. pairs.Where(p => p.Weight == p.Activation).Distinct()];
        List<NumberFormat?> pinned = [.. model.Layers.Select(l => l.Layer.Pinned)];
        var mixed = options.Integers && tied.Find(p => p.AreComputedOn) is { } integers && tied.Find(p => !p.AreComputedOn) is { } floats
            ? new MixedNetworks(pinned, integers, floats)
            : null;
        var random = new RandomStream(1);
        List<IReadOnlyList<LayerFormats>> networks =
        [
            .. tied.Select(pair => Assigned(_ => pair)),
            .. mixed?.Assignments ?? [],
            .. Enumerable.Range(0, pairs.Count > 1 ? Checks : 0).Select(_ => Assigned(_ => pairs[random.NextInt(pairs.Count)])),
        ];
        foreach (var sum in model.Sums)
            sum.Scale = 1 / NumberFormat.Int8.MaxValue;
        var (done, all) = (0, Passes * (alone.Count + networks.Count));
        var times = new List<double>[alone.Count + networks.Count];
        var medians = new double[times.Length];
        for (var pass = 0; pass < Passes; pass++)
        {
            foreach (var (i, layer) in alone.Index())
                Time(i, () => OfLayer(layer.Layer, layer.Pair, layer.Shape, layer.Kind, options), layer.Shape);
            foreach (var (i, formats) in networks.Index())
                Time(alone.Count + i, () => OfNetwork(formats), [1, .. model.InputShape]);
        }

        var table = new LatencyTable
        {
            Machine = $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}",
            Runtime = $"ONNX Runtime {OnnxSession.Version}, CPU",
            Threads = threads,
            Repeats = repeats,
            Entries = [.. alone.Select((a, i) => new LatencyEntry(a.Kind, a.Pair.Weight.Name, a.Pair.Activation.Name, medians[i], Spread(times[i])))],
            Networks = [],
        };
        table = table with
        {
            Networks = [.. tied.Select((pair, i) => new LatencyNetwork(name, pair.Weight.Name, medians[alone.Count + i], Predicted(networks[i])))],
        };
        var factors = table.Networks.ToDictionary(n => n.Format, n => n.Milliseconds / n.Layers);
        table = table with
        {
            Entries = [.. table.Entries.Select(e => e with { Milliseconds = e.Milliseconds * Math.Sqrt(Factor(e.Weight) * Factor(e.Activation)) })],
        };
        var (first, behind) = (tied.Count, tied.Count + (mixed?.Assignments.Count ?? 0));
        for (var i = first; i < behind; i++)
            mixed!.Add([.. model.Layers.Select(l => kinds[l.Name])], networks[i], medians[alone.Count + i] - Predicted(networks[i]));
        table = mixed?.Correct(table) ?? table;
        return table with
        {
            Checks = [.. Enumerable.Range(behind, networks.Count - behind).Select(i => new LatencyCheck(medians[alone.Count + i], Predicted(networks[i])))],
        };

        IReadOnlyList<LayerFormats> Assigned(Func<int, LayerFormats> formats) => [.. pinned.Select((format, i) => format is null ? formats(i) : new LayerFormats(format))];

        double Factor(string format) => factors.TryGetValue(format, out var factor) ? factor : 1;

        double Predicted(IReadOnlyList<LayerFormats> formats) => NetworkCost.Of(
            new Latency(table, name, kinds), model.Shapes, model.Layers.Zip(formats).ToDictionary(l => l.First.Name, l => l.Second));

        byte[] OfNetwork(IReadOnlyList<LayerFormats> formats)
        {
            foreach (var ((_, layer), pair) in model.Layers.Zip(formats))
            {
                layer.Formats = pair;
                layer.InputScale = ScaleOf(layer);
            }

            return OnnxExport.Create(model, options: options).ToBytes();
        }

        void Time(int index, Func<byte[]> network, long[] shape)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(done++, all);
            var runs = Runs(network(), shape, threads, Math.Max(1, repeats / Passes));
            medians[index] = Math.Min(times[index] is null ? double.PositiveInfinity : medians[index], Median(runs));
            (times[index] ??= []).AddRange(runs);
        }
    }

    /// <summary>The latency of an exported network on one thread, milliseconds: as in tables the least median of passes of a third of the repeats.</summary>
    public static double OfNetwork(QuantizedModel model, OnnxNetwork network, int repeats) =>
        Enumerable.Range(0, Passes).Min(_ => Median(Runs(network.ToBytes(), [1, .. model.InputShape], 1, Math.Max(1, repeats / Passes))));

    /// <summary>A layer with the rounding behind it where that comes at once.</summary>
    private static byte[] OfLayer(QuantizedLayer layer, LayerFormats formats, long[] shape, string kind, ExportOptions options)
    {
        layer.Formats = formats;
        layer.InputScale = ScaleOf(layer);
        using var tail = new RoundedOutput(
            kind.EndsWith(LayerKind.ToSum, StringComparison.Ordinal) || (kind.EndsWith(LayerKind.ToCodes, StringComparison.Ordinal) && formats.AreComputedOn));
        var alone = new QuantizedModel(nn.Sequential(("layer", layer), ("tail", tail)), shape[1..]);    // not disposed, for the layer lives on
        return OnnxExport.Create(alone, options: options).ToBytes();
    }

    /// <summary>Inputs are drawn from [0, 1).</summary>
    private static float ScaleOf(QuantizedLayer layer) => layer.InputFormat.IsScaled ? 1 / layer.InputFormat.MaxValue : 1;

    /// <summary>What runs take, milliseconds: so many, and more where these are over at once.</summary>
    private static List<double> Runs(byte[] network, long[] shape, int threads, int repeats)
    {
        using var session = new OnnxSession(network, threads);
        var random = new RandomStream(1);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref var value in values.AsSpan())
            value = (float)random.NextDouble();
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        for (var i = 0; i < WarmUps; i++)
            session.Run(input).Dispose();
        var times = new List<double>();
        var clock = Stopwatch.StartNew();
        while (times.Count < repeats || clock.Elapsed < LeastTime)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(input).Dispose();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return times;
    }

    private static double Median(IEnumerable<double> times) => Quantile(times, 0.5);

    private static double Spread(IReadOnlyList<double> times) => (Quantile(times, 0.75) - Quantile(times, 0.25)) / Median(times);

    private static double Quantile(IEnumerable<double> times, double share)
    {
        double[] sorted = [.. times.Order()];
        return sorted[(int)(sorted.Length * share)];
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var model = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
