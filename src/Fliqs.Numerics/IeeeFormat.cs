namespace Fliqs.Numerics;

/// <summary>BF16, FP16 and FP32: wide enough to be used at scale 1, and converted to as IEEE 754 has it.</summary>
public sealed class IeeeFormat : NumberFormat
{
    private readonly int bits;

    private IeeeFormat(string name, int bits, int exponentBits, RoundingKernel kernel)
        : base(name, kernel)
    {
        this.bits = bits;
        ExponentBits = exponentBits;
    }

    /// <summary>Bits of the exponent: 8, 5 and 8.</summary>
    public int ExponentBits { get; }

    /// <summary>Bits of the mantissa behind the point: 7, 10 and 23.</summary>
    public int MantissaBits => bits - 1 - ExponentBits;

    /// <summary>What is subtracted from the exponent's code.</summary>
    public int Bias => (1 << (ExponentBits - 1)) - 1;

    /// <inheritdoc/>
    public override double Bits => bits;

    /// <inheritdoc/>
    public override float MaxValue => (float)Math.ScaleB(2 - Math.ScaleB(1, -MantissaBits), Bias);

    /// <inheritdoc/>
    public override float MinNormal => MathF.ScaleB(1, 1 - Bias);

    /// <inheritdoc/>
    public override float SmallestStep => MathF.ScaleB(1, 1 - Bias - MantissaBits);

    /// <inheritdoc/>
    public override bool IsScaled => false;

    /// <inheritdoc/>
    public override bool FitsBFloat16 => MantissaBits <= 7;

    /// <inheritdoc/>
    public override bool IsExact => bits == 32;

    internal static IEnumerable<NumberFormat> Create() =>
    [
        new IeeeFormat("BF16", 16, 8, new ElementwiseKernel<BFloat16Rounding>(default)),
        new IeeeFormat("FP16", 16, 5, new ElementwiseKernel<HalfRounding>(default)),
        new IeeeFormat("FP32", 32, 8, new IdentityKernel()),
    ];

    private protected override IEnumerable<float> FiniteValues() =>
        throw new NotSupportedException($"{Name} has too many values to list; only formats of up to 8 bits have a list.");
}
