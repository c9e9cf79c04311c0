using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.OnnxRuntime;

/// <summary>
/// Networks of which some layers compute on integers and the others do not: each layer alone in one way, and the first ones up to each in one way. What they take
/// beyond their layers tells, by least squares, what a change between neighbours takes, and what layers take within a network.
/// </summary>
internal sealed class MixedNetworks
{
    /// <summary>
    /// Of the squared corrections, beside squared errors. It settles what measurements leave open in favour of small corrections: a change to integers cannot be told
    /// from one to floats and other layers.
    /// </summary>
    private const double Ridge = 0.1;

    private readonly Dictionary<object, int> unknowns = [];
    private readonly List<(Dictionary<int, double> Counts, double Beyond)> equations = [];

    /// <summary>Lays out the networks.</summary>
    /// <param name="pinned">The formats of layers that have no other, layer by layer; null for all others.</param>
    /// <param name="integers">What layers compute on integers in.</param>
    /// <param name="floats">What they have otherwise.</param>
    public MixedNetworks(IReadOnlyList<NumberFormat?> pinned, LayerFormats integers, LayerFormats floats)
    {
        var count = pinned.Count;
        var cuts = Enumerable.Range(0, count).SelectMany(k => new Func<int, bool>[] { i => i == k, i => i != k, i => i <= k, i => i > k });
        Assignments = [.. cuts.Select(cut => pinned.Select((format, i) => format is null ? cut(i) ? integers : floats : new LayerFormats(format)).ToList())
            .DistinctBy(formats => string.Join(' ', formats))];
    }

    /// <summary>The formats of all layers, network by network.</summary>
    public IReadOnlyList<IReadOnlyList<LayerFormats>> Assignments { get; }

    /// <summary>Takes note of a measurement.</summary>
    /// <param name="layers">What the layers are.</param>
    /// <param name="formats">Their formats.</param>
    /// <param name="beyond">What the network took beyond the sum of its layers, milliseconds.</param>
    public void Add(IReadOnlyList<string> layers, IReadOnlyList<LayerFormats> formats, double beyond)
    {
        var counts = new Dictionary<int, double>();
        for (var i = 0; i < layers.Count; i++)
        {
            Count((layers[i], formats[i].AreComputedOn));
            if (i > 0 && formats[i].AreComputedOn != formats[i - 1].AreComputedOn)
                Count((layers[i - 1], layers[i], formats[i].AreComputedOn));
        }

        equations.Add((counts, beyond));

        void Count(object unknown)
        {
            unknowns.TryAdd(unknown, unknowns.Count);
            counts[unknowns[unknown]] = counts.GetValueOrDefault(unknowns[unknown]) + 1;
        }
    }

    /// <summary>A table with changes, and with layers as they are within networks.</summary>
    public LatencyTable Correct(LatencyTable table)
    {
        var solution = Solve();
        return table with
        {
            Entries = [.. table.Entries.Select(e =>
            {
                var formats = new LayerFormats(NumberFormat.Parse(e.Weight), NumberFormat.Parse(e.Activation));
                return e with { Milliseconds = Math.Max(0, e.Milliseconds + (unknowns.TryGetValue((e.Layer, formats.AreComputedOn), out var u) ? solution[u] : 0)) };
            })],
            Changes = [.. unknowns.Keys.OfType<(string Layer, string Next, bool)>().Select(u => (u.Layer, u.Next)).Distinct()
                .Select(pair => new LatencyChange(pair.Layer, pair.Next, Change((pair.Layer, pair.Next, true)), Change((pair.Layer, pair.Next, false))))],
        };

        double Change((string, string, bool) unknown) => unknowns.TryGetValue(unknown, out var u) ? Math.Max(0, solution[u]) : 0;
    }

    private double[] Solve()
    {
        var (rows, columns) = (equations.Count, unknowns.Count);
        using var scope = NewDisposeScope();
        var a = zeros(rows + columns, columns, dtype: ScalarType.Float64);
        var b = zeros(rows + columns, 1, dtype: ScalarType.Float64);
        foreach (var (row, (counts, beyond)) in equations.Index())
        {
            b[row, 0] = beyond;
            foreach (var (column, count) in counts)
                a[row, column] = count;
        }

        a[TensorIndex.Slice(rows)] = Math.Sqrt(Ridge) * eye(columns, dtype: ScalarType.Float64);
        return linalg.lstsq(a, b).Solution.data<double>().ToArray();
    }
}
