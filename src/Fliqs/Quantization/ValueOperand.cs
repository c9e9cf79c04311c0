using Fliqs.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>An operand that is rounded to float32 values of its format.</summary>
internal sealed record ValueOperand(NumberFormat Format, float[] Scales, ScaleRule Rule, IGradientObserver? Observer)
    : Operand(Format, Scales, Rule, Observer)
{
    /// <summary>Whether <see cref="Gradient"/> looks at the tensor before rounding.</summary>
    public bool NeedsTensor => Clips || Observer is not null;

    private bool Clips => Range != (float.NegativeInfinity, float.PositiveInfinity);

    /// <inheritdoc/>
    public override Tensor Round(Tensor x) => Format.Equals(NumberFormat.Fp32) ? x : Rounding.Round(x, Scales, Format);

    /// <inheritdoc/>
    public override Tensor Gradient(Tensor x, Tensor gradient)
    {
        if (!NeedsTensor)
            return gradient;
        gradient = TensorMemory.InOrderOf(x, gradient);
        Observer?.Observe(x, gradient);
        if (!Clips)
            return gradient;
        return x.device_type == DeviceType.CPU
            ? Rounding.MaskClipped(x, gradient, Scales, Format, Range, gradient)
            : CompositeRounding.MaskClipped(x, gradient, Scales, Range);
    }
}
