using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

public sealed class NetworkCostTests
{
    private static readonly LayerShape[] Layers =
        [new("a", 1_000_000_000, 10), new("b", 2_000_000_000, 20), new("c", 500_000_000, 5, NumberFormat.Int8)];

    [Fact]
    public void Of_a_network_is_the_sum_over_its_layers()
    {
        var formats = new Dictionary<string, LayerFormats>
        {
            ["a"] = new(NumberFormat.Int4), ["b"] = new(NumberFormat.Int2, NumberFormat.Int8), ["c"] = new(NumberFormat.Bf16),
        };
        Assert.Equal(16 + 32 + 128, NetworkCost.Of(new BitOperations(), Layers, formats), 12);
    }

    [Fact]
    public void Of_a_uniform_format_leaves_pinned_layers_theirs() =>
        Assert.Equal((3 * 16) + (0.5 * 64), NetworkCost.OfUniform(new BitOperations(), Layers, NumberFormat.Int4), 12);
}
