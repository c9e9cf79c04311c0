using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

public sealed class ModelSizeTests
{
    [Theory]
    [InlineData("INT2", 0.5)]
    [InlineData("INT8", 2)]
    [InlineData("BF16", 4)]
    [InlineData("FP32", 8)]
    public void Costs_the_bytes_of_the_weights_whatever_the_activations(string weight, double megabytes)
    {
        foreach (var activation in new[] { NumberFormat.Int2, NumberFormat.Fp32 })
        {
            var formats = new LayerFormats(NumberFormat.Parse(weight), activation);
            Assert.Equal(megabytes, new ModelSize().LayerCost(new LayerShape("fc", 9, 2_000_000), formats), 12);
        }
    }
}
