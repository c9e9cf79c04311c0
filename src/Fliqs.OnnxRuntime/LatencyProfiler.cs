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

    /// <summary>
    /// The latencies of all distinct layers of a network in pairs of formats. Alone, a layer pays for its own run and not for what lies between layers, so
    /// latencies are scaled to what the whole network takes over the sum of its layers, in each format; by the geometric mean of two for a pair.
    /// </summary>
    /// <param name="model">The network; its formats and scales are changed.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="pairs">Formats to measure layers in; pinned layers are measured in theirs.</param>
    /// <param name="threads">Threads of ONNX Runtime, at least 1.</param>
    /// <param name="repeats">Runs that a median is of, at least 1.</param>
    /// <param name="options">How networks are written; null for the defaults.</param>
    /// <param name="progress">Is told how many layers in how many pairs are done; null for nobody.</param>
    /// <param name="cancellation">Stops between two measurements.</param>
    public static LatencyTable Measure(
        QuantizedModel model, string name, IReadOnlyList<LayerFormats> pairs, int threads, int repeats, ExportOptions? options = null,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        var (kinds, shapes) = (LayerKind.Of(model), LayerKind.InputShapes(model));
        var work = (from layer in model.Layers
                    group layer by kinds[layer.Name] into same
                    from pair in pairs.Concat(same.Select(l => l.Layer.Pinned).OfType<NumberFormat>().Select(f => new LayerFormats(f))).Distinct()
                    select (Kind: same.Key, same.First().Layer, Shape: shapes[same.First().Name], Pair: pair)).ToList();
        foreach (var sum in model.Sums)
            sum.Scale = 1 / NumberFormat.Int8.MaxValue;
        var entries = new List<LatencyEntry>();
        foreach (var (kind, layer, shape, pair) in work)
        {
            cancellation.ThrowIfCancellationRequested();
            layer.Formats = pair;
            var (median, spread) = OfLayer(layer, shape, kind.EndsWith("to codes", StringComparison.Ordinal), threads, repeats, options);
            entries.Add(new(kind, pair.Weight.Name, pair.Activation.Name, median, spread));
            progress?.Invoke(entries.Count, work.Count);
        }

        var table = new LatencyTable
        {
            Machine = $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}",
            Runtime = $"ONNX Runtime {OnnxSession.Version}, CPU",
            Threads = threads,
            Repeats = repeats,
            Entries = entries,
            Networks = [],
        };
        var cost = new Latency(table, name, kinds);
        LatencyNetwork[] networks = [.. pairs.Where(p => p.Weight == p.Activation).Distinct().Select(pair =>
        {
            cancellation.ThrowIfCancellationRequested();
            model.ApplyUniform(pair);
            foreach (var (_, layer) in model.Layers)
                layer.InputScale = ScaleOf(layer);
            var whole = Median(OnnxExport.Create(model, options: options).ToBytes(), [1, .. model.InputShape], threads, repeats).Median;
            return new LatencyNetwork(name, pair.Weight.Name, whole, NetworkCost.Of(cost, model.Shapes, model.Formats));
        })];
        var factors = networks.ToDictionary(n => n.Format, n => n.Milliseconds / n.Layers);
        return table with
        {
            Entries = [.. entries.Select(e => e with { Milliseconds = e.Milliseconds * Math.Sqrt(Factor(e.Weight) * Factor(e.Activation)) })],
            Networks = networks,
        };

        double Factor(string format) => factors.TryGetValue(format, out var factor) ? factor : 1;
    }

    /// <summary>The latency of an exported network on one thread: the median in milliseconds.</summary>
    public static double OfNetwork(QuantizedModel model, OnnxNetwork network, int repeats) =>
        Median(network.ToBytes(), [1, .. model.InputShape], 1, repeats).Median;

    private static (double Median, double Spread) OfLayer(QuantizedLayer layer, long[] shape, bool toCodes, int threads, int repeats, ExportOptions? options)
    {
        layer.InputScale = ScaleOf(layer);
        using var tail = new RoundedOutput(toCodes);
        var alone = new QuantizedModel(nn.Sequential(("layer", layer), ("tail", tail)), shape[1..]);    // not disposed, for the layer lives on
        return Median(OnnxExport.Create(alone, options: options).ToBytes(), shape, threads, repeats);
    }

    /// <summary>Inputs are drawn from [0, 1).</summary>
    private static float ScaleOf(QuantizedLayer layer) => layer.InputFormat.IsScaled ? 1 / layer.InputFormat.MaxValue : 1;

    private static (double Median, double Spread) Median(byte[] network, long[] shape, int threads, int repeats)
    {
        using var session = new OnnxSession(network, threads);
        var random = new RandomStream(1);
        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        foreach (ref var value in values.AsSpan())
            value = (float)random.NextDouble();
        using var input = OrtValue.CreateTensorValueFromMemory(values, shape);
        for (var i = 0; i < WarmUps; i++)
            session.Run(input).Dispose();
        var times = new double[repeats];
        for (var i = 0; i < repeats; i++)
        {
            var start = Stopwatch.GetTimestamp();
            session.Run(input).Dispose();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Array.Sort(times);
        var median = times[repeats / 2];
        return (median, (times[repeats * 3 / 4] - times[repeats / 4]) / median);
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var model = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
