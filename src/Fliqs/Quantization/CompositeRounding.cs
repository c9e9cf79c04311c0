using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// Rounding written as plain tensor operations: what devices other than the CPU run, and what the kernels are tested against.
/// </summary>
public static class CompositeRounding
{
    /// <inheritdoc cref="Rounding.Round"/>
    public static Tensor Round(Tensor x, float[] scales, NumberFormat format)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        if (format.IsExact)
            return x.clone().MoveToOuterDisposeScope();
        var rounded = format is BlockFormat blocks
            ? RoundBlocks(x, scales, blocks)
            : RoundScaled(x * PerRow(x, Array.ConvertAll(scales, s => 1 / s)), format) * PerRow(x, scales);
        return rounded.MoveToOuterDisposeScope();
    }

    /// <summary>The gradient where x lies within a range at its scale, 0 where x was clipped.</summary>
    internal static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, (float Low, float High) range)
    {
        using var scope = NewDisposeScope();
        var scale = PerRow(x, scales);
        var inside = (x >= scale * range.Low).logical_and_(x <= scale * range.High);
        return where(inside, gradient, zeros_like(gradient)).MoveToOuterDisposeScope();
    }

    /// <summary>Rounds at scale 1.</summary>
    private static Tensor RoundScaled(Tensor scaled, NumberFormat format)
    {
        if (format is not IeeeFormat)
            scaled = scaled + 0;    // -0 becomes +0
        var rounded = format switch
        {
            IntegerFormat { IsSigned: false } => scaled.round().clamp(0, format.MaxValue).abs(),    // +0, never -0
            IntegerFormat => scaled.round().clamp(format.MinValue, format.MaxValue),
            MiniFloatFormat f => RoundMiniFloat(scaled, f),
            _ when format.Equals(NumberFormat.Bf16) => scaled.to(ScalarType.BFloat16).to(ScalarType.Float32),
            _ when format.Equals(NumberFormat.Fp16) => scaled.to(ScalarType.Float16).to(ScalarType.Float32),
            _ => throw new NotSupportedException($"format {format} has no tensor form"),
        };
        return where(scaled.isfinite(), rounded, scaled);
    }

    /// <summary>Rounds rows in blocks, the last one filled up with zeros; every block at its own scale.</summary>
    private static Tensor RoundBlocks(Tensor x, float[] scales, BlockFormat format)
    {
        var last = x.dim() == 4 ? x.permute(0, 2, 3, 1) : x;
        var rows = last.reshape(Rounding.RowScales(x, scales, format).Length, -1);
        var length = rows.shape[1];
        var blocks = nn.functional.pad(rows, [0, (format.BlockSize - (length % format.BlockSize)) % format.BlockSize])
            .reshape(rows.shape[0], -1, format.BlockSize);
        var largest = blocks.abs().amax([2], true);
        Tensor blockScale;
        if (format.ScaleFormat is { } scaleFormat)
        {
            blockScale = RoundScaled(largest / (format.Element.MaxValue * scales[0]), scaleFormat);
            blockScale = where(blockScale.eq(0), ones_like(blockScale), blockScale) * scales[0];
        }
        else
        {
            var (_, exponent) = largest.frexp();
            var least = -127 - (format.Element is IntegerFormat ? (int)format.Element.Bits - 2 : 0);
            var power = (exponent - 1 - Math.ILogB(format.Element.MaxValue)).clamp(min: least);
            blockScale = ones_like(largest).ldexp(where(largest.eq(0), full_like(power, least), power));
        }

        blockScale = where(largest.isfinite(), blockScale, full_like(blockScale, float.NaN));
        var scaled = format.IsScaled ? blocks * (1 / blockScale) : blocks / blockScale;     // exact for powers of two, the smallest too
        var rounded = RoundScaled(scaled, format.Element) * blockScale;
        var result = rounded.reshape(rows.shape[0], -1).narrow(1, 0, length).reshape(last.shape);
        return x.dim() == 4 ? result.permute(0, 3, 1, 2) : result;
    }

    /// <summary>Rounds to multiples of the step at every value's own exponent: 2^(exponent - mantissa bits).</summary>
    private static Tensor RoundMiniFloat(Tensor x, MiniFloatFormat format)
    {
        var (_, exponent) = x.frexp();
        var power = (exponent - 1).clamp(min: 1 - format.Bias);
        var step = ones_like(x).ldexp(power - format.MantissaBits);
        var steps = x / step;
        var rounded = steps.round();
        if (format.MantissaBits == 0)
        {
            // Codes are exponents here: 1.5 lies between the code of this power of two and the next, and goes to the even one.
            var even = (power + format.Bias).remainder(2).eq(0);
            rounded = where(steps.abs().eq(1.5).logical_and_(even), x.sign(), rounded);
        }

        return (rounded * step).clamp(format.MinValue, format.MaxValue);
    }

    private static Tensor PerRow(Tensor x, float[] scales)
    {
        if (scales.Length == 1)
            return tensor(scales[0], device: x.device);
        var shape = Enumerable.Repeat(1L, (int)x.dim()).ToArray();
        shape[0] = scales.Length;
        return tensor(scales, device: x.device).reshape(shape);
    }
}
