using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;

namespace Fliqs.Export;

/// <summary>The weights of a layer as codes of their format and a scale for every output channel: weight = code * scale.</summary>
/// <param name="Format">The format of the codes.</param>
/// <param name="Codes">Values of the format at scale 1, row by row, a row for every output channel.</param>
/// <param name="Scales">One a row; 1 for formats that are used without scales.</param>
internal sealed record WeightCodes(NumberFormat Format, float[] Codes, float[] Scales)
{
    /// <summary>The codes of a layer in the format and with the scales that it computes with.</summary>
    public static WeightCodes Of(QuantizedLayer layer)
    {
        var format = layer.Formats.Weight;
        using var host = layer.weight.detach().cpu();
        using var dense = TensorMemory.Dense(host);
        var rows = (int)host.shape[0];
        var scales = Quantization.Scales.Find(dense, format, layer.ScaleRule, rows);
        var values = ChannelAffine.Values(host);
        var codes = new float[values.Length];
        var length = values.Length / rows;
        for (var row = 0; row < rows; row++)
        {
            var part = values.AsSpan(row * length, length);
            var destination = codes.AsSpan(row * length, length);
            if (format.IsScaled)
                RoundToCodes(format, part, destination, scales[row]);
            else
                format.Round(part, destination);
        }

        return new(format, codes, scales);
    }

    /// <summary>
    /// The codes of the weights times a factor for every channel: the scales take the factor and stay positive, the codes its sign.
    /// Formats without scales keep codes and factors apart.
    /// </summary>
    public WeightCodes Times(float[] factors)
    {
        var (codes, scales) = ((float[])Codes.Clone(), (float[])Scales.Clone());
        var length = codes.Length / scales.Length;
        for (var row = 0; row < scales.Length; row++)
        {
            var sign = Format.IsScaled ? Math.Sign(factors[row]) : 1;
            foreach (ref var code in codes.AsSpan(row * length, length))
                code *= sign;
            if (sign != 0)
                scales[row] *= sign * factors[row];
        }

        return new(Format, codes, scales);
    }

    /// <summary>The same with rows and columns exchanged: [inputs, outputs].</summary>
    public float[] Transposed()
    {
        var (rows, length) = (Scales.Length, Codes.Length / Scales.Length);
        var transposed = new float[Codes.Length];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < length; column++)
                transposed[(column * rows) + row] = Codes[(row * length) + column];
        }

        return transposed;
    }

    /// <summary>The codes of values at a scale: values of the format.</summary>
    public static void RoundToCodes(NumberFormat format, ReadOnlySpan<float> values, Span<float> codes, float scale)
    {
        var patterns = new ushort[values.Length];
        format.RoundToCodes(values, patterns, scale);
        for (var i = 0; i < codes.Length; i++)
            codes[i] = BitConverter.UInt32BitsToSingle((uint)patterns[i] << 16) + 0;    // bfloat16 is the upper half; -0 becomes +0
    }
}
