using System.Runtime.InteropServices;
using Fliqs.Cost;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.OnnxRuntime;

/// <summary>What is measured for a latency table, and the table that comes of it, see <see cref="LatencyProfiler.Measure"/>.</summary>
internal sealed class LatencyPlan
{
    private const int Checks = 10;
    private readonly QuantizedModel model;
    private readonly string name;
    private readonly ExportOptions options;
    private readonly IReadOnlyDictionary<string, string> kinds;
    private readonly MixedNetworks? mixedNetworks;
    private readonly List<(string Kind, LayerFormats Formats, TimedNetwork Timed)> alone;
    private readonly List<(string Format, IReadOnlyList<LayerFormats> Formats, TimedNetwork Timed)> uniform;
    private readonly List<(IReadOnlyList<LayerFormats> Formats, TimedNetwork Timed)> mixed;
    private readonly List<(IReadOnlyList<LayerFormats> Formats, TimedNetwork Timed)> checks;

    /// <summary>Lays out the measurements; parameters as of <see cref="LatencyProfiler.Measure"/>.</summary>
    public LatencyPlan(QuantizedModel model, string name, IReadOnlyList<LayerFormats> pairs, ExportOptions options)
    {
        (this.model, this.name, this.options) = (model, name, options);
        kinds = LayerKind.Of(model);
        var shapes = LayerKind.InputShapes(model);
        List<NumberFormat?> pinned = [.. model.Layers.Select(l => l.Layer.Pinned)];
        List<LayerFormats> tied = [.. pairs.Where(p => p.Weight == p.Activation).Distinct()];
        mixedNetworks = options.Integers && tied.Find(p => p.AreComputedOn) is { } integers && tied.Find(p => !p.AreComputedOn) is { } floats
            ? new MixedNetworks(pinned, integers, floats)
            : null;
        alone = [.. from layer in model.Layers
                    group layer by kinds[layer.Name] into same
                    from formats in pairs.Concat(same.Select(l => l.Layer.Pinned).OfType<NumberFormat>().Select(f => new LayerFormats(f))).Distinct()
                    let shape = shapes[same.First().Name]
                    select (same.Key, formats, new TimedNetwork(() => OfLayer(same.First().Layer, formats, shape, same.Key), shape))];
        uniform = [.. from pair in tied let formats = Assigned(() => pair) select (pair.Weight.Name, formats, Network(formats))];
        mixed = [.. mixedNetworks?.Assignments.Select(formats => (formats, Network(formats))) ?? []];
        var random = new RandomStream(1);
        checks = [.. from _ in Enumerable.Range(0, pairs.Count > 1 ? Checks : 0)
                     let formats = Assigned(() => pairs[random.NextInt(pairs.Count)])
                     select (formats, Network(formats))];

        IReadOnlyList<LayerFormats> Assigned(Func<LayerFormats> formats) => [.. pinned.Select(format => format is null ? formats() : new LayerFormats(format))];
        TimedNetwork Network(IReadOnlyList<LayerFormats> formats) => new(() => OfNetwork(formats), [1, .. model.InputShape]);
    }

    /// <summary>All that has to be measured.</summary>
    public IEnumerable<TimedNetwork> Measurements =>
        [.. alone.Select(a => a.Timed), .. uniform.Select(u => u.Timed), .. mixed.Concat(checks).Select(n => n.Timed)];

    /// <summary>The table, of what was measured.</summary>
    public LatencyTable Table(int threads, int repeats)
    {
        var table = new LatencyTable
        {
            Machine = $"{Processor()}, {Environment.ProcessorCount} cores, {RuntimeInformation.OSDescription}",
            Runtime = $"ONNX Runtime {OnnxSession.Version}, CPU",
            Threads = threads,
            Repeats = repeats,
            Entries = [.. alone.Select(a => new LatencyEntry(a.Kind, a.Formats.Weight.Name, a.Formats.Activation.Name, a.Timed.Milliseconds, a.Timed.Spread))],
            Networks = [],
        };
        return Checked(WithChanges(Scaled(table)));
    }

    /// <summary>Layers alone scaled to what whole networks take, format by format.</summary>
    private LatencyTable Scaled(LatencyTable table)
    {
        List<LatencyNetwork> networks = [.. uniform.Select(u => new LatencyNetwork(name, u.Format, u.Timed.Milliseconds, Predicted(table, u.Formats)))];
        var factors = networks.ToDictionary(n => n.Format, n => n.Milliseconds / n.Layers);
        return table with
        {
            Networks = networks,
            Entries = [.. table.Entries.Select(e => e with { Milliseconds = e.Milliseconds * Math.Sqrt(Factor(e.Weight) * Factor(e.Activation)) })],
        };

        double Factor(string format) => factors.GetValueOrDefault(format, 1);
    }

    private LatencyTable WithChanges(LatencyTable table)
    {
        foreach (var (formats, timed) in mixed)
            mixedNetworks!.Add([.. model.Layers.Select(l => kinds[l.Name])], formats, timed.Milliseconds - Predicted(table, formats));
        return mixedNetworks?.Correct(table) ?? table;
    }

    private LatencyTable Checked(LatencyTable table) =>
        table with { Checks = [.. checks.Select(n => new LatencyCheck(n.Timed.Milliseconds, Predicted(table, n.Formats)))] };

    private double Predicted(LatencyTable table, IReadOnlyList<LayerFormats> formats) => NetworkCost.Of(
        new Latency(table, name, kinds), model.Shapes, model.Layers.Zip(formats).ToDictionary(l => l.First.Name, l => l.Second));

    private byte[] OfNetwork(IReadOnlyList<LayerFormats> formats)
    {
        foreach (var ((_, layer), pair) in model.Layers.Zip(formats))
            Assign(layer, pair);
        return OnnxExport.Create(model, options: options).ToBytes();
    }

    /// <summary>A layer with the rounding behind it where that comes at once.</summary>
    private byte[] OfLayer(QuantizedLayer layer, LayerFormats formats, long[] shape, string kind)
    {
        Assign(layer, formats);
        using var tail = new RoundedOutput(
            kind.EndsWith(LayerKind.ToSum, StringComparison.Ordinal) || (kind.EndsWith(LayerKind.ToCodes, StringComparison.Ordinal) && formats.AreComputedOn));
        var network = new QuantizedModel(nn.Sequential(("layer", layer), ("tail", tail)), shape[1..]);    // not disposed, for the layer lives on
        return OnnxExport.Create(network, options: options).ToBytes();
    }

    /// <summary>Formats, and a scale for inputs in [0, 1).</summary>
    private static void Assign(QuantizedLayer layer, LayerFormats formats)
    {
        layer.Formats = formats;
        layer.InputScale = layer.InputFormat.IsScaled ? 1 / layer.InputFormat.MaxValue : 1;
    }

    private static string Processor()
    {
        const string file = "/proc/cpuinfo";
        var model = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal)) : null;
        return model?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
