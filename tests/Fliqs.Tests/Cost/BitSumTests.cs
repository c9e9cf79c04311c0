using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

public sealed class BitSumTests
{
    [Fact]
    public void Costs_the_bits_of_both_operands_whatever_the_size()
    {
        var formats = new LayerFormats(NumberFormat.Int4, NumberFormat.Bf16);
        Assert.Equal(20, new BitSum().LayerCost(new LayerShape("a", 1, 1), formats));
        Assert.Equal(20, new BitSum().LayerCost(new LayerShape("b", 1000, 1000), formats));
    }
}
