using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class RoundingErrorTests
{
    [Fact]
    public void It_is_the_sum_of_squares_of_weight_times_error_by_element_or_by_entry_of_the_first_dimension()
    {
        using var scope = NewDisposeScope();
        foreach (var format in NumberFormat.All)
        {
            foreach (var (layout, values) in Tensors.Layouts(Tensors.Normal(1, 4, 3, 6, 5)))
            {
                foreach (var rows in new[] { 1, 4 })
                {
                    var x = TensorMemory.Dense(values);
                    var weight = TensorMemory.InOrderOf(x, Tensors.Normal(2, 4, 3, 6, 5));
                    var scales = Scales.Find(x, format, ScaleRule.LeastSquares, rows);
                    var error = (x - CompositeRounding.Round(x, scales, format)).to(ScalarType.Float64) * weight;
                    var expected = error.square().sum().item<double>();
                    Assert.Equal(expected, RoundingError.Weighted(x, weight, format, scales), 1e-5 * (expected + 1e-30));
                    var correlated = error.flatten(1).sum(1).square().sum().item<double>();
                    Assert.Equal(correlated, RoundingError.Correlated(x, weight, format, scales), 1e-5 * (expected + 1e-30));
                    Assert.True(format.IsExact == (expected == 0), $"{format} {layout}");
                }
            }
        }
    }

    [Fact]
    public void Scales_of_rows_are_those_of_the_rows_alone()
    {
        using var scope = NewDisposeScope();
        var x = Tensors.Normal(1, 4, 3, 6, 5);
        foreach (var (_, values) in Tensors.Layouts(x).Where(l => l.Tensor.is_contiguous() || TensorMemory.IsChannelsLast(l.Tensor)))
        {
            var scales = Scales.Find(values, NumberFormat.Int3, ScaleRule.MaxAbs, 4);
            Assert.Equal(Tensors.Values(x.abs().amax([1, 2, 3]) / 3), scales);
        }

        Assert.Equal([1f, 1f], Scales.Find(x, NumberFormat.Bf16, ScaleRule.LeastSquares, 2));
    }
}
