using Fliqs.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>How far rounding moves a tensor.</summary>
public static class RoundingError
{
    /// <summary>sum (w (x - Q(x)))^2 over all elements.</summary>
    /// <param name="x">Float32, dense.</param>
    /// <param name="weight">w, in the shape and memory order of x.</param>
    /// <param name="format">The format to round to.</param>
    /// <param name="scales">One scale, or one for each row.</param>
    public static double Weighted(Tensor x, Tensor weight, NumberFormat format, float[] scales)
    {
        if (x.device_type != DeviceType.CPU || !Rounding.LiesInRows(x, format))
        {
            using var scope = NewDisposeScope();
            return ((x - CompositeRounding.Round(x, scales, format)) * weight).square().sum().item<float>();
        }

        var values = TensorMemory.Floats(x);
        var weights = TensorMemory.Floats(weight);
        var total = 0.0;
        var rowScales = Rounding.RowScales(x, scales, format);
        var length = values.Length / Math.Max(1, rowScales.Length);
        foreach (var (row, scale) in rowScales.Index())
            total += Reductions.WeightedSquaredError(values.Slice(row * length, length), weights.Slice(row * length, length), format, scale);
        return total;
    }

    /// <summary>sum over the entries of the first dimension of (sum w (x - Q(x)))^2.</summary>
    /// <inheritdoc cref="Weighted"/>
    public static double Correlated(Tensor x, Tensor weight, NumberFormat format, float[] scales)
    {
        var entries = (int)x.shape[0];
        if (x.device_type != DeviceType.CPU || !Rounding.LiesInRows(x, format) || x.numel() == 0 || x.stride(0) != x.numel() / entries)
        {
            using var scope = NewDisposeScope();
            return ((x - CompositeRounding.Round(x, scales, format)) * weight).flatten(1).sum(1).square().sum().item<float>();
        }

        var values = TensorMemory.Floats(x);
        var weights = TensorMemory.Floats(weight);
        var rowScales = Rounding.RowScales(x, scales, format);
        var (length, rows) = (values.Length / entries, Math.Max(1, rowScales.Length / entries));
        var (rounded, total) = (new float[length], 0.0);
        for (var entry = 0; entry < entries; entry++)
        {
            var own = values.Slice(entry * length, length);
            format.RoundRows(own, rounded, rowScales.Length == 1 ? rowScales : rowScales.AsSpan(entry * rows, rows));
            var error = Reductions.WeightedDifference(own, rounded, weights.Slice(entry * length, length));
            total += error * error;
        }

        return (float)total;    // infinite where gradients are beyond all reason
    }
}
