namespace Fliqs.Numerics;

/// <summary>
/// Blocks of elements that share a scale: the formats of OCP Microscaling (MX, specification 1.0), whose blocks of 32 share a power of two,
/// and NVFP4, whose blocks of 16 share an E4M3 number and whose tensors have a float32 scale on top. Rounding looks at whole rows, the
/// elements that are multiplied and summed; a row is cut into blocks from its start, and the last block may be shorter.
/// </summary>
public sealed class BlockFormat : NumberFormat
{
    private BlockFormat(string name, NumberFormat element, int blockSize, NumberFormat? scale)
        : base(name, new BlockKernel(element, blockSize, scale))
    {
        (Element, BlockSize, ScaleFormat) = (element, blockSize, scale);
        var largest = (double)element.MaxValue * (scale?.MaxValue ?? Math.ScaleB(1, 127));
        MaxValue = (float)Math.Min(largest, float.MaxValue);
    }

    /// <summary>The format of the elements.</summary>
    public NumberFormat Element { get; }

    /// <summary>Elements of a block: 32, or 16 for NVFP4.</summary>
    public int BlockSize { get; }

    /// <summary>The format of the blocks' scales; null for powers of two (E8M0).</summary>
    public NumberFormat? ScaleFormat { get; }

    /// <inheritdoc/>
    public override double Bits => Element.Bits + (8.0 / BlockSize);

    /// <inheritdoc/>
    public override float MaxValue { get; }

    /// <inheritdoc/>
    public override float MinNormal => Element.MinNormal * SmallestScale;

    /// <inheritdoc/>
    public override float SmallestStep => Element.SmallestStep * SmallestScale;

    /// <summary>True for NVFP4 alone: tensors have a scale, max / (6 * 448), which is not searched for.</summary>
    public override bool IsScaled => ScaleFormat is not null;

    /// <summary>
    /// The scales of the blocks of a row in units of the scale of the tensor: powers of two from 2^-127 on (2^-133 for MXINT8, whose elements are
    /// integers here), or numbers of <see cref="ScaleFormat"/>.
    /// </summary>
    /// <param name="row">Finite numbers.</param>
    /// <param name="scale">The scale of the tensor; 1 for formats that have none.</param>
    public float[] BlockScales(ReadOnlySpan<float> row, float scale) => ((BlockKernel)Kernel).BlockScales(row, scale);

    private float SmallestScale => ScaleFormat?.SmallestStep ?? MathF.ScaleB(1, -127);

    internal static IEnumerable<NumberFormat> Create(IReadOnlyDictionary<string, NumberFormat> elements)
    {
        yield return new BlockFormat("MXFP4", elements["E2M1"], 32, null);
        yield return new BlockFormat("MXFP6_E2M3", elements["E2M3"], 32, null);
        yield return new BlockFormat("MXFP6_E3M2", elements["E3M2"], 32, null);
        yield return new BlockFormat("MXFP8_E4M3", elements["E4M3"], 32, null);
        yield return new BlockFormat("MXFP8_E5M2", elements["E5M2"], 32, null);
        yield return new BlockFormat("MXINT8", elements["INT8"], 32, null);
        yield return new BlockFormat("NVFP4", elements["E2M1"], 16, elements["E4M3"]);
    }

    private protected override IEnumerable<float> FiniteValues() =>
        throw new NotSupportedException($"{Name} has other values in every block; those of an element are the values of {Element}.");
}
