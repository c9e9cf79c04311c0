using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// An operand on the CPU that is rounded to codes, the values of its format at scale 1, in bfloat16, which holds them exactly: an
/// operation on codes, multiplied by the scales afterwards, is the operation on the rounded values, at the speed of bfloat16.
/// </summary>
internal sealed record CodeOperand(NumberFormat Format, float[] Scales, ScaleRule Rule, IGradientObserver? Observer)
    : Operand(Format, Scales, Rule, Observer)
{
    /// <inheritdoc/>
    public override Tensor Round(Tensor x)
    {
        var rounded = empty_like(x, dtype: ScalarType.BFloat16);
        var scales = Rounding.RowScales(x, Scales, Format);
        if (x.dtype == ScalarType.BFloat16)
            Format.RoundRowsToCodes(TensorMemory.Codes(x), TensorMemory.Codes(rounded), scales);
        else
            Format.RoundRowsToCodes(TensorMemory.Floats(x), TensorMemory.Codes(rounded), scales);
        return rounded;
    }

    /// <inheritdoc/>
    public override Tensor Gradient(Tensor x, Tensor gradient)
    {
        var result = empty_like(x);
        var source = TensorMemory.Codes(TensorMemory.InOrderOf(x, gradient));
        if (Observer is not null)
        {
            Pass(x, source, result, float.NegativeInfinity, float.PositiveInfinity);
            Observer.Observe(x.to(ScalarType.Float32), result.to(ScalarType.Float32));
        }

        Pass(x, source, result, Range.Low, Range.High);
        return result;
    }

    private void Pass(Tensor x, Span<ushort> gradient, Tensor result, float low, float high)
    {
        var scales = Rounding.RowScales(x, Scales, Format);
        if (x.dtype == ScalarType.BFloat16)
            StraightThrough.ClippedCodeGradient(TensorMemory.Codes(x), gradient, TensorMemory.Codes(result), low, high, scales);
        else
            StraightThrough.ClippedCodeGradient(TensorMemory.Floats(x), gradient, TensorMemory.Floats(result), low, high, scales);
    }
}
