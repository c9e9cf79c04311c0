using CsCheck;
using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class CompositeRoundingTests
{
    [Fact]
    public void The_kernels_round_to_the_same_bits_whatever_the_values_and_scales() =>
        Gen.Select(Gen.Int[0, NumberFormat.All.Count - 1], Gen.Float.Array[1, 40], Gen.Float[-60, 60])
            .Sample((index, values, exponent) =>
            {
                using var scope = NewDisposeScope();
                var format = NumberFormat.All[index];
                float[] scale = [format.IsScaled ? MathF.Pow(2, exponent) : 1];
                var x = tensor(values);
                Tensors.SameBits(
                    CompositeRounding.Round(x, scale, format), Rounding.Round(x, scale, format), $"{format} {scale[0]:R}");
            }, iter: 3000);

    [Fact]
    public void Ties_overflow_and_values_that_are_no_numbers_agree_in_every_format()
    {
        using var scope = NewDisposeScope();
        foreach (var format in NumberFormat.All)
        {
            // All midpoints of the grid, the grid itself, what lies next to them, and the extremes.
            var element = (format as BlockFormat)?.Element ?? format;
            var grid = element.Bits <= 8 ? element.Values : [0, 1, 1.00390625f, 1.0048828f, 65504, 65519.99f, 65520, 3e38f];
            var values = grid.Concat(grid.Zip(grid.Skip(1), (a, b) => (a + b) / 2)).ToArray();
            values = [
                .. values, .. values.Select(MathF.BitIncrement), .. values.Select(MathF.BitDecrement), .. values.Select(v => -v),
                float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0f, 1e-40f, -1e-45f, float.MaxValue, float.MinValue];
            var x = tensor(values);
            foreach (var scale in format.IsScaled ? [1f, 0.3f, 1e-3f, float.NaN] : new[] { 1f })
                Tensors.SameBits(
                    CompositeRounding.Round(x, [scale], format), Rounding.Round(x, [scale], format), $"{format} at {scale}");
        }
    }

    [Fact]
    public void Every_shape_memory_order_and_granularity_agrees_in_every_format()
    {
        using var scope = NewDisposeScope();
        long[][] shapes = [[6, 17], [3, 5, 7], [4, 3, 5, 2], [1, 4, 3, 3], [5, 1, 3, 3], [4, 6, 1, 1]];
        foreach (var format in NumberFormat.All)
        {
            foreach (var shape in shapes)
            {
                foreach (var (name, layout) in Tensors.Layouts(Tensors.Mixed(shape.Length, shape)))
                {
                    foreach (var rows in new[] { 1, (int)shape[0] })
                    {
                        var x = TensorMemory.Dense(layout);
                        var scales = Scales.Find(x, format, ScaleRule.LeastSquares, rows);
                        var what = $"{format} {name} {string.Join('x', shape)} rows {rows}";
                        Tensors.SameBits(CompositeRounding.Round(x, scales, format), Rounding.Round(x, scales, format), what);
                        var gradient = TensorMemory.InOrderOf(x, Tensors.Normal(9, shape));
                        Tensors.SameBits(
                            CompositeRounding.MaskClipped(x, gradient, scales, (format.MinValue, format.MaxValue)),
                            Rounding.MaskClipped(x, gradient, scales, format, (format.MinValue, format.MaxValue), empty_like(x)), what);
                    }
                }
            }
        }
    }

    [Fact]
    public void A_clipped_gradient_is_zero_even_where_it_is_infinite()
    {
        using var scope = NewDisposeScope();
        var (x, gradient) = (tensor([-9f, 0f, 9f, 9f]), tensor([float.NaN, 2f, float.PositiveInfinity, -1f]));
        var composite = CompositeRounding.MaskClipped(x, gradient, [1], (NumberFormat.Int4.MinValue, NumberFormat.Int4.MaxValue));
        Assert.Equal([0f, 2f, 0f, 0f], Tensors.Values(composite));
        Tensors.SameBits(composite, Rounding.MaskClipped(x, gradient, [1], NumberFormat.Int4, (NumberFormat.Int4.MinValue, NumberFormat.Int4.MaxValue), empty_like(x)));
    }
}
