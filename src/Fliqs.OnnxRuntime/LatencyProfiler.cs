using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;

namespace Fliqs.OnnxRuntime;

/// <summary>Measures layers and networks on ONNX Runtime on this machine, one image at a time.</summary>
public static class LatencyProfiler
{
    /// <summary>
    /// The latencies of all distinct layers of a network in pairs of formats. Alone, a layer pays for its own run and not for what lies between layers, so
    /// latencies are scaled to what the whole network takes over the sum of its layers, in each format; by the geometric mean of two for a pair.
    /// Where some pairs compute on integers and others do not, networks of both tell what a change between neighbours takes, see
    /// <see cref="MixedNetworks"/>. At last networks with formats at random are measured beside what the table says of them.
    /// Everything is measured in passes of a third of the repeats, and the least of their medians counts: others on the machine are slow for seconds at a time.
    /// </summary>
    /// <param name="model">The network; its formats, scales and biases are changed.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="pairs">Formats to measure layers in; pinned layers are measured in theirs.</param>
    /// <param name="threads">Threads of ONNX Runtime, at least 1.</param>
    /// <param name="repeats">Runs of everything that is measured, at least 1; of what takes less than a millisecond there are more.</param>
    /// <param name="options">How networks are written; null for the defaults.</param>
    /// <param name="progress">Is told how many measurements are done; null for nobody.</param>
    /// <param name="cancellation">Stops between two measurements.</param>
    public static LatencyTable Measure(
        QuantizedModel model, string name, IReadOnlyList<LayerFormats> pairs, int threads, int repeats, ExportOptions? options = null,
        Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        foreach (var sum in model.Sums)
            sum.Scale = 1 / NumberFormat.Int8.MaxValue;
        var plan = new LatencyPlan(model, name, pairs, options ?? new ExportOptions());
        List<TimedNetwork> measurements = [.. Enumerable.Repeat(plan.Measurements, TimedNetwork.Passes).SelectMany(pass => pass)];
        foreach (var (done, timed) in measurements.Index())
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Invoke(done, measurements.Count);
            timed.Measure(threads, repeats);
        }

        return plan.Table(threads, repeats);
    }

    /// <summary>The latency of an exported network on one thread, milliseconds: as in tables the least median of passes of a third of the repeats.</summary>
    public static double OfNetwork(QuantizedModel model, OnnxNetwork network, int repeats)
    {
        var timed = new TimedNetwork(network.ToBytes, [1, .. model.InputShape]);
        for (var pass = 0; pass < TimedNetwork.Passes; pass++)
            timed.Measure(1, repeats);
        return timed.Milliseconds;
    }
}
