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
        var (scale, inverse) = (PerRow(x, scales), PerRow(x, Array.ConvertAll(scales, s => 1 / s)));
        var rounded = format switch
        {
            IntegerFormat => (x * inverse).round().clamp(format.MinValue, format.MaxValue) * scale,
            MiniFloatFormat f => RoundMiniFloat(x * inverse, f) * scale,
            _ when format.Equals(NumberFormat.Bf16) => x.to(ScalarType.BFloat16).to(ScalarType.Float32),
            _ when format.Equals(NumberFormat.Fp16) => x.to(ScalarType.Float16).to(ScalarType.Float32),
            _ when format.Equals(NumberFormat.Fp32) => x.clone(),
            _ => throw new NotSupportedException($"format {format} has no tensor form"),
        };
        return x.isfinite().logical_not().any().item<bool>()
            ? where(x.isfinite(), rounded, x).MoveToOuterDisposeScope()
            : rounded.MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="Rounding.MaskClipped"/>
    public static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, NumberFormat format)
    {
        using var scope = NewDisposeScope();
        var scale = PerRow(x, scales);
        var inside = (x >= scale * format.MinValue).logical_and_(x <= scale * format.MaxValue);
        return (gradient * inside).MoveToOuterDisposeScope();
    }

    /// <summary>Rounds to multiples of the step at every value's own exponent: 2^(exponent - mantissa bits).</summary>
    private static Tensor RoundMiniFloat(Tensor x, MiniFloatFormat format)
    {
        var (_, exponent) = x.frexp();
        var step = ones_like(x).ldexp((exponent - 1).clamp(min: 1 - format.Bias) - format.MantissaBits);
        return ((x / step).round() * step).clamp(format.MinValue, format.MaxValue);
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
