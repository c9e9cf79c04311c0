namespace Fliqs.Numerics;

/// <summary>
/// INTb, the integers of magnitude up to 2^(b-1) - 1 (symmetric, so the lowest two's complement code is not used), or UINTb,
/// those from 0 to 2^b - 1; b from 2 to 8.
/// </summary>
public sealed class IntegerFormat : NumberFormat
{
    private readonly int bits;

    private IntegerFormat(int bits, bool isSigned)
        : base(isSigned ? $"INT{bits}" : $"UINT{bits}", NewKernel(bits, isSigned))
    {
        this.bits = bits;
        IsSigned = isSigned;
    }

    /// <summary>Whether negative values can be represented.</summary>
    public bool IsSigned { get; }

    /// <inheritdoc/>
    public override double Bits => bits;

    /// <inheritdoc/>
    public override float MaxValue => Largest(bits, IsSigned);

    /// <inheritdoc/>
    public override float MinValue => IsSigned ? -MaxValue : 0;

    /// <inheritdoc/>
    public override float MinNormal => 1;

    /// <inheritdoc/>
    public override float SmallestStep => 1;

    /// <inheritdoc/>
    public override NumberFormat ForNonNegative => IsSigned ? Parse("U" + Name) : this;

    internal static IEnumerable<NumberFormat> Create()
    {
        var widths = Enumerable.Range(2, 7);
        return
        [
            .. widths.Select(bits => new IntegerFormat(bits, isSigned: true)),
            .. widths.Select(bits => new IntegerFormat(bits, isSigned: false)),
        ];
    }

    private protected override IEnumerable<float> FiniteValues() =>
        Enumerable.Range((int)MinValue, (int)(MaxValue - MinValue) + 1).Select(value => (float)value);

    private static int Largest(int bits, bool isSigned) => (1 << (isSigned ? bits - 1 : bits)) - 1;

    private static ElementwiseKernel<IntegerRounding> NewKernel(int bits, bool isSigned)
    {
        var largest = Largest(bits, isSigned);
        return new(new IntegerRounding(isSigned ? -largest : 0, largest));
    }
}
