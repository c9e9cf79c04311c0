using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>How one operand of a layer is rounded, and the straight-through gradient of that.</summary>
/// <param name="Format">The format to round to.</param>
/// <param name="Scales">One scale, or one for each row of the first dimension.</param>
/// <param name="Rule">How the scales were found.</param>
/// <param name="Observer">Is shown the tensor and the gradient by its rounded values in the backward pass; null for none.</param>
internal abstract record Operand(NumberFormat Format, float[] Scales, ScaleRule Rule, IGradientObserver? Observer)
{
    /// <summary>
    /// Where gradients pass, in units of the scale. Scales by the largest magnitude clip nothing but what lies below the range, though the largest value over
    /// its scale may be a rounding error above it; blocks clip less than a step of what is largest in them.
    /// </summary>
    protected (float Low, float High) Range =>
        Format.IsScaled && Format is not BlockFormat && Rule != ScaleRule.MaxAbs ? (Format.MinValue, Format.MaxValue)
        : (Format.MinValue == 0 ? 0 : float.NegativeInfinity, float.PositiveInfinity);

    /// <summary>What the operation is computed on, in the memory order of <paramref name="x"/>, which is dense.</summary>
    public abstract Tensor Round(Tensor x);

    /// <summary>The gradient by <paramref name="x"/>, given that by what <see cref="Round"/> returned, which may be overwritten.</summary>
    public abstract Tensor Gradient(Tensor x, Tensor gradient);
}
