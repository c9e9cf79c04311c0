using Fliqs.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>Rounds tensors to a format: by the span kernels on the CPU, by tensor operations elsewhere. No gradients.</summary>
public static class Rounding
{
    /// <summary>Q(x) with one scale, or one for each row of the first dimension. A new tensor in the memory order of x.</summary>
    /// <param name="x">Float32, dense.</param>
    /// <param name="scales">One scale, or as many as the first dimension has entries.</param>
    /// <param name="format">The format to round to.</param>
    public static Tensor Round(Tensor x, float[] scales, NumberFormat format)
    {
        if (x.device_type != DeviceType.CPU)
            return CompositeRounding.Round(x, scales, format);
        var rounded = empty_like(x);
        var source = TensorMemory.Floats(x);
        var destination = TensorMemory.Floats(rounded);
        var length = source.Length / scales.Length;
        for (var row = 0; row < scales.Length; row++)
            format.Round(source.Slice(row * length, length), destination.Slice(row * length, length), scales[row]);
        return rounded;
    }

    /// <summary>The gradient where x lies within the range of the format at its scale, 0 where x was clipped.</summary>
    /// <inheritdoc cref="Round"/>
    public static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, NumberFormat format)
    {
        if (x.device_type != DeviceType.CPU)
            return CompositeRounding.MaskClipped(x, gradient, scales, format);
        var masked = empty_like(x);
        var values = TensorMemory.Floats(x);
        var source = TensorMemory.Floats(gradient);
        var destination = TensorMemory.Floats(masked);
        var length = values.Length / scales.Length;
        for (var row = 0; row < scales.Length; row++)
        {
            var (start, scale) = (row * length, scales[row]);
            StraightThrough.ClippedGradient(
                values.Slice(start, length), source.Slice(start, length), destination.Slice(start, length),
                format.MinValue * scale, format.MaxValue * scale);
        }

        return masked;
    }
}
