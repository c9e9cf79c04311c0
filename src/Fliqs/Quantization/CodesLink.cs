namespace Fliqs.Quantization;

/// <summary>
/// Lies between a convolution and the norm behind it. A convolution on codes hands its output on as it is, in bfloat16, and the norm, which
/// multiplies by channel in any case, multiplies by the scales as well.
/// </summary>
internal sealed class CodesLink
{
    /// <summary>By channel, what the codes of the last forward pass are to be multiplied by.</summary>
    public float[] Scales { get; set; } = [];
}
