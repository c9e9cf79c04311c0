namespace Fliqs.Numerics;

/// <summary>
/// ExMy: a sign, x exponent bits of bias 2^(x-1) - 1 and y mantissa bits, 4 to 8 bits together, with subnormals. Every code
/// is a finite value but for the two 8-bit formats of OFP8: E4M3 gives its top code to NaN, E5M2 its top exponent to
/// infinity and NaN.
/// </summary>
public sealed class MiniFloatFormat : NumberFormat
{
    private readonly float maxValue;

    private MiniFloatFormat(int exponentBits, int mantissaBits)
        : base($"E{exponentBits}M{mantissaBits}", NewKernel(exponentBits, mantissaBits))
    {
        ExponentBits = exponentBits;
        MantissaBits = mantissaBits;
        maxValue = Decode(LargestCode(exponentBits, mantissaBits), exponentBits, mantissaBits);
    }

    /// <summary>Bits of the exponent, 1 to 7.</summary>
    public int ExponentBits { get; }

    /// <summary>Bits of the mantissa behind the point, 0 to 6.</summary>
    public int MantissaBits { get; }

    /// <summary>What is subtracted from the exponent's code: 2^(x-1) - 1.</summary>
    public int Bias => BiasOf(ExponentBits);

    /// <inheritdoc/>
    public override double Bits => 1 + ExponentBits + MantissaBits;

    /// <inheritdoc/>
    public override float MaxValue => maxValue;

    /// <inheritdoc/>
    public override float MinNormal => Decode(1 << MantissaBits, ExponentBits, MantissaBits);

    /// <inheritdoc/>
    public override float SmallestStep => Decode(1, ExponentBits, MantissaBits);

    internal static IEnumerable<NumberFormat> Create() =>
        from bits in Enumerable.Range(4, 5)
        from exponentBits in Enumerable.Range(1, bits - 1)
        select new MiniFloatFormat(exponentBits, bits - 1 - exponentBits);

    private protected override IEnumerable<float> FiniteValues()
    {
        var positive = Enumerable.Range(1, LargestCode(ExponentBits, MantissaBits))
            .Select(code => Decode(code, ExponentBits, MantissaBits)).ToArray();
        return [.. positive.Reverse().Select(value => -value), 0, .. positive];
    }

    /// <summary>The largest finite code without its sign.</summary>
    private static int LargestCode(int exponentBits, int mantissaBits) => (exponentBits, mantissaBits) switch
    {
        (4, 3) => 0b1111_110,
        (5, 2) => 0b11110_11,
        _ => (1 << (exponentBits + mantissaBits)) - 1,
    };

    private static int BiasOf(int exponentBits) => (1 << (exponentBits - 1)) - 1;

    private static float Decode(int code, int exponentBits, int mantissaBits)
    {
        var exponent = code >> mantissaBits;
        var mantissa = code & ((1 << mantissaBits) - 1);
        if (exponent > 0)
            mantissa += 1 << mantissaBits;
        return MathF.ScaleB(mantissa, Math.Max(exponent, 1) - BiasOf(exponentBits) - mantissaBits);
    }

    private static RoundingKernel NewKernel(int exponentBits, int mantissaBits)
    {
        var minNormal = Decode(1 << mantissaBits, exponentBits, mantissaBits);
        var maxValue = Decode(LargestCode(exponentBits, mantissaBits), exponentBits, mantissaBits);
        return mantissaBits == 0
            ? new ElementwiseKernel<PowerOfTwoRounding>(new(minNormal, maxValue))
            : new ElementwiseKernel<MiniFloatRounding>(new(mantissaBits, minNormal, maxValue));
    }
}
