using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

public sealed class BitOperationsTests
{
    [Theory]
    [InlineData("INT4", "INT8", 32)]
    [InlineData("E2M1", "E2M1", 16)]
    [InlineData("E4M3", "E4M3", 64)]
    [InlineData("BF16", "BF16", 256)]
    [InlineData("FP32", "INT2", 64)]
    public void Costs_macs_times_the_bits_of_both_operands(string weight, string activation, double gbops)
    {
        var formats = new LayerFormats(NumberFormat.Parse(weight), NumberFormat.Parse(activation));
        Assert.Equal(gbops, new BitOperations().LayerCost(new LayerShape("conv", 1_000_000_000, 7), formats), 12);
    }

    [Theory] // the published costs of uniform precision at 224 px, to their last digit
    [InlineData(1_826_900_000, "E2M1", 29.23)]
    [InlineData(1_826_900_000, "E4M3", 116.9)]
    [InlineData(1_826_900_000, "BF16", 467.7)]
    [InlineData(4_089_200_000, "E2M1", 65.43)]
    [InlineData(4_089_200_000, "E4M3", 261.7)]
    [InlineData(4_089_200_000, "BF16", 1047)]
    [InlineData(300_770_000, "E2M1", 4.81)]
    [InlineData(300_770_000, "E4M3", 19.25)]
    [InlineData(300_770_000, "BF16", 77)]
    public void Gives_the_published_costs_of_uniform_precision(long macs, string format, double gbops)
    {
        var cost = new BitOperations().LayerCost(new LayerShape("all", macs, 1), new LayerFormats(NumberFormat.Parse(format)));
        Assert.Equal(1, cost / gbops, 1e-3);
    }

    [Fact]
    public void Takes_layers_of_more_macs_than_an_int_can_count() =>
        Assert.Equal(1024 * 4e3, new BitOperations().LayerCost(new LayerShape("big", 4_000_000_000_000, 1), new LayerFormats(NumberFormat.Fp32)), 6);
}
