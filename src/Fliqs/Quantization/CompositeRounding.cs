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
        var scaled = x * PerRow(x, Array.ConvertAll(scales, s => 1 / s));
        var rounded = format switch
        {
            IntegerFormat { IsSigned: false } => scaled.round().clamp(0, format.MaxValue).abs(),    // +0, never -0
            IntegerFormat => scaled.round().clamp(format.MinValue, format.MaxValue),
            MiniFloatFormat f => RoundMiniFloat(scaled, f),
            _ when format.Equals(NumberFormat.Bf16) => scaled.to(ScalarType.BFloat16).to(ScalarType.Float32),
            _ when format.Equals(NumberFormat.Fp16) => scaled.to(ScalarType.Float16).to(ScalarType.Float32),
            _ => throw new NotSupportedException($"format {format} has no tensor form"),
        };
        return (where(scaled.isfinite(), rounded, scaled) * PerRow(x, scales)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Rounding.MaskClipped"/>
    public static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, NumberFormat format)
    {
        using var scope = NewDisposeScope();
        var scale = PerRow(x, scales);
        var inside = (x >= scale * format.MinValue).logical_and_(x <= scale * format.MaxValue);
        return where(inside, gradient, zeros_like(gradient)).MoveToOuterDisposeScope();
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
