using System.Diagnostics.CodeAnalysis;

namespace Fliqs.Numerics;

/// <summary>
/// A number format that a tensor can be rounded to: its name, size and range, and the rounding itself. Immutable; two
/// formats are equal when their names are. See docs/formats.md for the table of all formats.
/// </summary>
public abstract class NumberFormat : IEquatable<NumberFormat>
{
    private readonly Lazy<float[]> values;

    private protected NumberFormat(string name, RoundingKernel kernel)
    {
        Name = name;
        Kernel = kernel;
        values = new(() => [.. FiniteValues()]);
    }

    /// <summary>Signed integer of 2 bits: -1, 0, 1.</summary>
    public static NumberFormat Int2 { get; } = Parse("INT2");

    /// <summary>Signed integer of 3 bits: -3 to 3.</summary>
    public static NumberFormat Int3 { get; } = Parse("INT3");

    /// <summary>Signed integer of 4 bits: -7 to 7.</summary>
    public static NumberFormat Int4 { get; } = Parse("INT4");

    /// <summary>Signed integer of 8 bits: -127 to 127.</summary>
    public static NumberFormat Int8 { get; } = Parse("INT8");

    /// <summary>Float of 4 bits: 0, 0.5, 1, 1.5, 2, 3, 4, 6 and their negatives.</summary>
    public static NumberFormat E2M1 { get; } = Parse("E2M1");

    /// <summary>Float of 8 bits with a range of 448 (E4M3FN in OFP8).</summary>
    public static NumberFormat E4M3 { get; } = Parse("E4M3");

    /// <summary>Float of 8 bits with a range of 57344.</summary>
    public static NumberFormat E5M2 { get; } = Parse("E5M2");

    /// <summary>bfloat16: the upper half of a float32.</summary>
    public static NumberFormat Bf16 { get; } = Parse("BF16");

    /// <summary>IEEE 754 binary16.</summary>
    public static NumberFormat Fp16 { get; } = Parse("FP16");

    /// <summary>IEEE 754 binary32: rounds nothing.</summary>
    public static NumberFormat Fp32 { get; } = Parse("FP32");

    /// <summary>Every format there is: INT2..INT8, UINT2..UINT8, ExMy from 4 to 8 bits, BF16, FP16, FP32, and the formats in blocks.</summary>
    public static IReadOnlyList<NumberFormat> All => FormatCatalogue.All;

    /// <summary>The name, in capitals: "INT4", "E4M3", "BF16". It is what <see cref="Parse"/> reads.</summary>
    public string Name { get; }

    /// <summary>Bits an element takes, shared scales included (hence fractions are possible).</summary>
    public abstract double Bits { get; }

    /// <summary>The largest finite value at scale 1; positive.</summary>
    public abstract float MaxValue { get; }

    /// <summary>The smallest finite value at scale 1: minus <see cref="MaxValue"/>, or 0 for unsigned formats.</summary>
    public virtual float MinValue => -MaxValue;

    /// <summary>The smallest positive value with the full number of significant bits; 1 for integers.</summary>
    public abstract float MinNormal { get; }

    /// <summary>The smallest positive value at scale 1.</summary>
    public abstract float SmallestStep { get; }

    /// <summary>Whether tensors are scaled into the range; BF16, FP16 and FP32 are used at scale 1 instead.</summary>
    public virtual bool IsScaled => true;

    /// <summary>Whether every float32 is kept as it is: true for FP32 only.</summary>
    public virtual bool IsExact => false;

    /// <summary>Whether bfloat16 holds every value at scale 1 exactly: up to 8 significant bits and no wider a range.</summary>
    public virtual bool FitsBFloat16 => true;

    /// <summary>What to use where the input cannot be negative: UINTb for INTb, the format itself otherwise.</summary>
    public virtual NumberFormat ForNonNegative => this;

    /// <summary>Every finite value at scale 1, ascending, zero once.</summary>
    /// <exception cref="NotSupportedException">The format has more than 8 bits.</exception>
    public IReadOnlyList<float> Values => values.Value;

    /// <summary>Whether two formats have the same name.</summary>
    public static bool operator ==(NumberFormat? left, NumberFormat? right) => Equals(left, right);

    /// <summary>Whether two formats have different names.</summary>
    public static bool operator !=(NumberFormat? left, NumberFormat? right) => !Equals(left, right);

    /// <summary>The format of this name, upper or lower case.</summary>
    /// <exception cref="FormatException">There is none; the message names the nearest one that there is.</exception>
    public static NumberFormat Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (TryParse(name, out var format))
            return format;
        var nearest = NameSuggestion.Nearest(name, FormatCatalogue.All.Select(known => known.Name));
        throw new FormatException($"Unknown number format '{name}'. Did you mean {nearest}?");
    }

    /// <summary>The format of this name, upper or lower case; false if there is none.</summary>
    public static bool TryParse([NotNullWhen(true)] string? name, [NotNullWhen(true)] out NumberFormat? format)
    {
        format = null;
        return name is not null && FormatCatalogue.ByName.TryGetValue(name, out format);
    }

    /// <summary>Rounds one value at scale 1; see <see cref="Round(ReadOnlySpan{float}, Span{float}, float)"/>.</summary>
    public float Round(float value) => Kernel.Round(value);

    /// <summary>
    /// Rounds each element to the nearest value of the format times <paramref name="scale"/>, ties to the even code:
    /// destination[i] = scale * round(source[i] * r), where r = 1 / scale is computed once. All three operations are float32
    /// and rounded one by one (not fused), so that the same operations elsewhere give the same bits.
    /// </summary>
    /// <remarks>
    /// Finite overflow saturates, except for BF16 and FP16, where it gives infinity as IEEE 754 has it. Infinities stay
    /// infinite and NaN stays NaN; a finite source[i] * r that overflows float32 counts as infinite. Negative
    /// values that round to zero give -0, and -0 itself gives +0; in unsigned formats both give +0. BF16 and FP16 keep the
    /// sign of zero. FP32 copies whatever the scale.
    /// </remarks>
    /// <param name="source">Values to round.</param>
    /// <param name="destination">Receives the result; the same length as <paramref name="source"/>, and may be the same
    /// memory, but must not overlap it otherwise.</param>
    /// <param name="scale">The value of one unit of the grid: positive, it and 1 / scale normal float32s. NaN is allowed and
    /// makes every result NaN.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Round(ReadOnlySpan<float> source, Span<float> destination, float scale = 1)
    {
        Shape.ThrowIfLengthsDiffer(source.Length, destination.Length, nameof(destination));
        Kernel.Round(source, destination, scale);
    }

    /// <summary>Rounds to codes, the values of the format at scale 1: codes[i] = round(source[i] * (1 / scale)).</summary>
    /// <param name="source">Values to round.</param>
    /// <param name="codes">Receives bfloat16 bit patterns; the same length as <paramref name="source"/>.</param>
    /// <param name="scale">As for <see cref="Round(ReadOnlySpan{float}, Span{float}, float)"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    /// <exception cref="NotSupportedException">Not <see cref="FitsBFloat16"/>.</exception>
    public void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale = 1)
    {
        CheckCodes(source.Length, codes.Length);
        Kernel.RoundToCodes(source, codes, scale);
    }

    /// <summary>The same of bfloat16s, given as bit patterns; <paramref name="codes"/> may be the same memory.</summary>
    /// <inheritdoc cref="RoundToCodes(ReadOnlySpan{float}, Span{ushort}, float)"/>
    public void RoundToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, float scale = 1)
    {
        CheckCodes(source.Length, codes.Length);
        Kernel.RoundToCodes(source, codes, scale);
    }

    /// <summary>Rounds a matrix whose rows have a scale each, as weights have one for every output channel.</summary>
    /// <param name="source">The rows one after another, of equal length.</param>
    /// <param name="destination">Receives the result; may be the same memory as <paramref name="source"/>.</param>
    /// <param name="scales">One scale a row.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the number of rows.</exception>
    public void RoundRows(ReadOnlySpan<float> source, Span<float> destination, ReadOnlySpan<float> scales)
    {
        Shape.ThrowIfLengthsDiffer(source.Length, destination.Length, nameof(destination));
        KernelDriver.RunRows(new RoundRowsLoop(Kernel, source, destination, scales), source.Length, scales.Length);
    }

    /// <summary>Rounds such a matrix to codes.</summary>
    /// <param name="source">The rows one after another, of equal length.</param>
    /// <param name="codes">Receives bfloat16 bit patterns.</param>
    /// <param name="scales">One scale a row.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the number of rows.</exception>
    /// <exception cref="NotSupportedException">Not <see cref="FitsBFloat16"/>.</exception>
    public void RoundRowsToCodes(ReadOnlySpan<float> source, Span<ushort> codes, ReadOnlySpan<float> scales)
    {
        CheckCodes(source.Length, codes.Length);
        KernelDriver.RunRows(new RoundRowsToCodesLoop<float>(Kernel, source, codes, scales), source.Length, scales.Length);
    }

    /// <summary>The same of bfloat16s, given as bit patterns.</summary>
    /// <inheritdoc cref="RoundRowsToCodes(ReadOnlySpan{float}, Span{ushort}, ReadOnlySpan{float})"/>
    public void RoundRowsToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, ReadOnlySpan<float> scales)
    {
        CheckCodes(source.Length, codes.Length);
        KernelDriver.RunRows(new RoundRowsToCodesLoop<ushort>(Kernel, source, codes, scales), source.Length, scales.Length);
    }

    /// <inheritdoc/>
    public bool Equals(NumberFormat? other) => other is not null && Name == other.Name;

    /// <inheritdoc/>
    public sealed override bool Equals(object? obj) => Equals(obj as NumberFormat);

    /// <inheritdoc/>
    public sealed override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>The <see cref="Name"/>.</summary>
    public sealed override string ToString() => Name;

    /// <summary>What does the rounding; the arguments are checked by the caller.</summary>
    internal RoundingKernel Kernel { get; }

    /// <summary>The sum of (x - Q(x))^2; the arguments are checked by the caller.</summary>
    internal double SquaredError(ReadOnlySpan<float> x, float scale)
    {
        var unit = ErrorUnit(scale);
        return Kernel.SquaredError(x, scale, unit) / ((double)unit * unit);
    }

    /// <summary>The sum of (weight * (x - Q(x)))^2; the arguments are checked by the caller.</summary>
    internal double WeightedSquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale)
    {
        var unit = ErrorUnit(scale);
        return Kernel.WeightedSquaredError(x, weight, scale, unit) / ((double)unit * unit);
    }

    /// <summary>Every finite value, ascending, zero once.</summary>
    private protected abstract IEnumerable<float> FiniteValues();

    private void CheckCodes(int values, int codes)
    {
        Shape.ThrowIfLengthsDiffer(values, codes, nameof(codes));
        if (!FitsBFloat16)
            throw new NotSupportedException($"{Name} has values that bfloat16 does not hold exactly.");
    }

    private float ErrorUnit(float scale) =>
        IsScaled ? (float)Math.ScaleB(1, -Math.Clamp(Math.ILogB((double)scale * MaxValue), -120, 120)) : 1;
}
