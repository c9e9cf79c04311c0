using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Space;

namespace Fliqs.Tests.OnnxRuntime;

public sealed class MixedNetworksTests
{
    private static readonly LayerFormats Int8 = new(NumberFormat.Int8);
    private static readonly LayerFormats Fp32 = new(NumberFormat.Fp32);

    // Two of them come twice, as the layers of equal blocks do.
    private readonly string[] layers = ["a", "b", "c", "b", "c", "d", "e"];

    [Theory]
    [InlineData(0)]
    [InlineData(0.01)]
    public void Find_what_layers_and_changes_take(double noise)
    {
        var random = new RandomStream(3);
        var table = new LatencyTable
        {
            Machine = "m",
            Runtime = "r",
            Threads = 1,
            Repeats = 1,
            Networks = [],
            Entries = [.. layers.Distinct().SelectMany(l => new[] { new LatencyEntry(l, "INT8", "INT8", 1, 0), new LatencyEntry(l, "FP32", "FP32", 2, 0) })],
        };
        var mixed = new MixedNetworks([.. layers.Select(_ => (NumberFormat?)null)], Int8, Fp32);
        foreach (var formats in mixed.Assignments)
            mixed.Add(layers, formats, True(formats) * (1 + (noise * (random.NextDouble() - 0.5))) - formats.Sum(f => f == Int8 ? 1 : 2));

        var corrected = mixed.Correct(table);

        Assert.Equal(4 * (layers.Length - 1), mixed.Assignments.Count);    // at the ends one layer is the same as the first or the last ones
        Assert.All(corrected.Changes, c => Assert.True(c.ToFloats >= 0 && c.ToIntegers >= 0));
        var shapes = layers.Select((_, i) => new LayerShape($"{i}", 1, 1)).ToArray();
        var cost = new Latency(corrected, "table", shapes.Zip(layers).ToDictionary(l => l.First.Name, l => l.Second));
        for (var i = 0; i < 50; i++)
        {
            LayerFormats[] formats = [.. layers.Select(_ => random.NextInt(2) == 0 ? Int8 : Fp32)];
            var predicted = NetworkCost.Of(cost, shapes, shapes.Zip(formats).ToDictionary(l => l.First.Name, l => l.Second));
            Assert.Equal(1, predicted / True(formats), 0.03);
        }
    }

    [Fact]
    public void A_pinned_layer_stays_as_it_is()
    {
        var mixed = new MixedNetworks([NumberFormat.Int8, null, NumberFormat.Fp32], Int8, Fp32);

        Assert.Equal([[Int8, Fp32, Fp32], [Int8, Int8, Fp32]], mixed.Assignments.OrderBy(a => a[1] == Int8));
    }

    /// <summary>Layers of different speed; a layer behind which floats follow is no faster in integers, and rounding takes a while.</summary>
    private double True(IReadOnlyList<LayerFormats> formats)
    {
        var total = 0.0;
        for (var i = 0; i < layers.Length; i++)
        {
            var fast = 0.8 + (0.1 * (layers[i][0] - 'a'));
            var toFloats = i + 1 < layers.Length && formats[i + 1] == Fp32;
            total += formats[i] == Fp32 ? 2.1 : toFloats ? 2.2 : fast;
            total += i > 0 && formats[i] == Int8 && formats[i - 1] == Fp32 ? 0.3 : 0;
        }

        return total;
    }
}
