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
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var errors = Rounding.Round(x, scales, format).sub_(x.detach()).mul_(weight);
        return errors.flatten(1).sum(1).square().sum().item<float>();
    }
}
