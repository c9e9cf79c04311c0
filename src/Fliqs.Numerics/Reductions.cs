using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>
/// Sums and maxima over spans. Results do not depend on the machine's vector width: the additions are in a fixed order, in
/// float32 within blocks of 1024 elements and in double above.
/// </summary>
public static class Reductions
{
    /// <summary>The largest magnitude in <paramref name="x"/>; 0 if empty, infinity or NaN if any element is.</summary>
    public static float MaxAbs(ReadOnlySpan<float> x) => Maximum(new MaxAbsReduction(x), x.Length);

    /// <summary>The sum of (x - Q(x))^2, Q the rounding to <paramref name="format"/>.</summary>
    /// <param name="x">Values; not finite elements make the result not finite.</param>
    /// <param name="format">The format rounded to.</param>
    /// <param name="scale">As in <see cref="NumberFormat.Round(ReadOnlySpan{float}, Span{float}, float)"/>.</param>
    /// <returns>A sum in the squared unit of x, 0 or more; FP32 gives 0 always.</returns>
    public static double SquaredError(ReadOnlySpan<float> x, NumberFormat format, float scale)
    {
        ArgumentNullException.ThrowIfNull(format);
        return format.SquaredError(x, scale);
    }

    /// <summary>
    /// The sum of (w * (x - Q(x)))^2. With w the gradient of the loss this is twice the loss's expected rise under a
    /// diagonal Fisher approximation, up to the batch size.
    /// </summary>
    /// <param name="x">Values.</param>
    /// <param name="weight">One weight an element, of any sign.</param>
    /// <param name="format">The format rounded to.</param>
    /// <param name="scale">As in <see cref="NumberFormat.Round(ReadOnlySpan{float}, Span{float}, float)"/>.</param>
    /// <exception cref="ArgumentException">The lengths of x and weight differ.</exception>
    public static double WeightedSquaredError(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, NumberFormat format, float scale)
    {
        ArgumentNullException.ThrowIfNull(format);
        Shape.ThrowIfLengthsDiffer(x.Length, weight.Length, nameof(weight));
        return format.WeightedSquaredError(x, weight, scale);
    }

    /// <summary>The largest value in <paramref name="x"/>, at least 0; not finite if any element is not.</summary>
    internal static float MaxPositive(ReadOnlySpan<float> x) => Maximum(new MaxPositiveReduction(x), x.Length);

    [SkipLocalsInit]
    private static float Maximum<TReduction>(TReduction reduction, int length)
        where TReduction : struct, IReduction, allows ref struct
    {
        Span<float> lanes = stackalloc float[KernelDriver.ReductionLanes];
        lanes.Clear();
        KernelDriver.Reduce(reduction, 0, length, lanes);
        var largest = 0;
        foreach (var lane in lanes)
            largest = Math.Max(largest, BitConverter.SingleToInt32Bits(lane));
        return BitConverter.Int32BitsToSingle(largest);
    }
}
