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
        format.RoundRows(TensorMemory.Floats(x), TensorMemory.Floats(rounded), RowScales(x, scales, format));
        return rounded;
    }

    /// <summary>Whether elements that may share a block lie side by side: images have to be channels last for that.</summary>
    internal static bool LiesInRows(Tensor x, NumberFormat format) =>
        format is not BlockFormat || x.dim() != 4 || TensorMemory.IsChannelsLast(x);

    /// <summary>
    /// The scales of the rows, in memory order, that are rounded by themselves: those that have a scale in common, or for a format in blocks
    /// those that blocks may lie in, which are the channels of a pixel, the features of a vector, or the weights of an output channel.
    /// </summary>
    internal static float[] RowScales(Tensor x, float[] scales, NumberFormat format)
    {
        if (format is not BlockFormat blocks || scales.Length > 1)
            return scales;
        var row = Math.Max(1, x.dim() == 4 ? x.shape[1] : x.shape[^1]);
        if (row % blocks.BlockSize == 0)
            return scales;      // whole blocks lie one behind the other
        var all = new float[x.numel() / row];
        Array.Fill(all, scales[0]);
        return all;
    }

    /// <summary>The gradient on the CPU where x lies within a range at its scale, 0 where x was clipped, written into <paramref name="masked"/>, which may be the gradient.</summary>
    internal static Tensor MaskClipped(Tensor x, Tensor gradient, float[] scales, NumberFormat format, (float Low, float High) range, Tensor masked)
    {
        StraightThrough.ClippedGradient(
            TensorMemory.Floats(x), TensorMemory.Floats(gradient), TensorMemory.Floats(masked), range.Low, range.High,
            RowScales(x, scales, format));
        return masked;
    }
}
