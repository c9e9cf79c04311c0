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
        if (x.device_type != DeviceType.CPU || !LiesInRows(x, format))
            return CompositeRounding.Round(x, scales, format);
        var rounded = empty_like(x);
        var source = TensorMemory.Floats(x);
        var destination = TensorMemory.Floats(rounded);
        foreach (var (start, length, scale) in Rows(x, scales, format))
            format.Round(source.Slice(start, length), destination.Slice(start, length), scale);
        return rounded;
    }

    /// <summary>Whether elements that may share a block lie side by side: images have to be channels last for that.</summary>
    internal static bool LiesInRows(Tensor x, NumberFormat format) =>
        format is not BlockFormat || x.dim() != 4 || TensorMemory.IsChannelsLast(x);

    /// <summary>
    /// The elements that are rounded at once: those that have a scale in common, or for a format in blocks those that blocks may lie in,
    /// which are the channels of a pixel, the features of a vector, or the weights of an output channel in memory order.
    /// </summary>
    internal static int RowLength(Tensor x, float[] scales, NumberFormat format)
    {
        var length = (int)(x.numel() / scales.Length);
        if (format is not BlockFormat blocks || scales.Length > 1)
            return length;
        var row = (int)Math.Max(1, x.dim() == 4 ? x.shape[1] : x.shape[^1]);
        return row % blocks.BlockSize == 0 ? length : row;     // whole blocks lie one behind the other
    }

    /// <summary>The parts of a tensor that are rounded at once, in memory order, with their scales.</summary>
    internal static IEnumerable<(int Start, int Length, float Scale)> Rows(Tensor x, float[] scales, NumberFormat format)
    {
        var (length, count) = (RowLength(x, scales, format), (int)x.numel());
        for (var (row, start) = (0, 0); start < count; row++, start += length)
            yield return (start, length, scales[Math.Min(row, scales.Length - 1)]);
    }

    /// <summary>The gradient where x lies within the range of the format at its scale, 0 where x was clipped.</summary>
    /// <inheritdoc cref="Round"/>
    public static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, NumberFormat format) =>
        x.device_type == DeviceType.CPU
            ? MaskClippedInto(x, gradient, scales, format, empty_like(x))
            : CompositeRounding.MaskClipped(x, gradient, scales, format);

    /// <summary>The same on the CPU, written into <paramref name="masked"/>, which may be the gradient.</summary>
    internal static Tensor MaskClippedInto(Tensor x, Tensor gradient, float[] scales, NumberFormat format, Tensor masked)
    {
        var values = TensorMemory.Floats(x);
        var source = TensorMemory.Floats(gradient);
        var destination = TensorMemory.Floats(masked);
        foreach (var (start, length, scale) in Rows(x, scales, format))
        {
            StraightThrough.ClippedGradient(
                values.Slice(start, length), source.Slice(start, length), destination.Slice(start, length),
                format.MinValue * scale, format.MaxValue * scale);
        }

        return masked;
    }
}
