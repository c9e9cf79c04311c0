using Fliqs.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>Finds the scales of tensors. The search itself runs on the CPU, see <see cref="ScaleFinder"/>.</summary>
public static class Scales
{
    /// <summary>One scale for the tensor, or one for each of its rows.</summary>
    /// <param name="x">Float32, or bfloat16 for a scale of the whole tensor; dense; first dimension divisible into <paramref name="rows"/>.</param>
    /// <param name="format">The format to scale for. 1 for formats that are used unscaled.</param>
    /// <param name="rule">Largest magnitude, or least squared error.</param>
    /// <param name="rows">1 for a scale of the whole tensor, else the length of the first dimension.</param>
    public static float[] Find(Tensor x, NumberFormat format, ScaleRule rule, int rows)
    {
        var scales = new float[rows];
        if (!format.IsScaled)
        {
            Array.Fill(scales, 1);
            return scales;
        }

        using var host = x.device_type == DeviceType.CPU ? x.alias() : x.cpu();
        if (x.dtype == ScalarType.BFloat16)
            scales[0] = ScaleFinder.Find(TensorMemory.Codes(host), format, rule);
        else if (format is BlockFormat)
            Array.Fill(scales, ScaleFinder.Find(TensorMemory.Floats(host), format, rule));      // one for the tensor
        else
            ScaleFinder.FindRows(TensorMemory.Floats(host), rows, format, rule, scales);
        return scales;
    }
}
