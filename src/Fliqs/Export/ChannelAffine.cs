using Fliqs.Graphs;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>What a batch norm does in evaluation: a factor and an offset for every channel.</summary>
internal sealed record ChannelAffine(float[] Factors, float[] Offsets)
{
    /// <summary>Of a node with scale, offset, mean and variance as constants.</summary>
    public static ChannelAffine Of(GraphNode norm)
    {
        var (scale, offset, mean, variance) = (Constant(norm, 1), Constant(norm, 2), Constant(norm, 3), Constant(norm, 4));
        var epsilon = (float)norm.Attributes["epsilon"];
        var factors = scale.Zip(variance, (s, v) => s / Math.Sqrt(v + (double)epsilon)).ToArray();
        return new(
            Array.ConvertAll(factors, f => (float)f), [.. factors.Select((f, c) => (float)(offset[c] - (mean[c] * f)))]);
    }

    /// <summary>What it makes of a bias, or of none.</summary>
    public float[] Of(float[]? bias) => bias is null ? Offsets : [.. bias.Select((b, c) => (b * Factors[c]) + Offsets[c])];

    private static float[] Constant(GraphNode norm, int input) => Values(norm.Inputs[input].Constant!);

    /// <summary>The elements of a tensor on any device, row by row.</summary>
    public static float[] Values(Tensor tensor)
    {
        using var host = tensor.detach().cpu().contiguous();
        return TensorMemory.Floats(host).ToArray();
    }
}
