namespace Fliqs.Numerics;

/// <summary>
/// Sums and maxima over spans. Results do not depend on the machine's vector width: the additions are in a fixed order, in
/// float32 within blocks of 1024 elements and in double above.
/// </summary>
public static class Reductions
{
    /// <summary>The largest magnitude in <paramref name="x"/>; 0 if empty, infinity or NaN if any element is.</summary>
    public static float MaxAbs(ReadOnlySpan<float> x) => MaxAbs<float, SingleStorage>(x);

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

    /// <summary>The sum of w * (x - y).</summary>
    /// <param name="x">Values.</param>
    /// <param name="y">As many.</param>
    /// <param name="weight">One weight an element, of any sign.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double WeightedDifference(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> weight)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, y.Length, nameof(y));
        Shape.ThrowIfLengthsDiffer(x.Length, weight.Length, nameof(weight));
        return KernelDriver.Sum(new WeightedDifferenceReduction(x, y, weight), x.Length);
    }

    /// <summary>The largest value in <paramref name="x"/>, at least 0; not finite if any element is not.</summary>
    internal static float MaxPositive<T, TStored>(ReadOnlySpan<T> x)
        where T : unmanaged
        where TStored : struct, IStored<T> => Maximum(new MaxPositiveReduction<T, TStored>(x), x.Length);

    /// <summary>The largest magnitude, as of float32s.</summary>
    internal static float MaxAbs<T, TStored>(ReadOnlySpan<T> x)
        where T : unmanaged
        where TStored : struct, IStored<T> => Maximum(new MaxAbsReduction<T, TStored>(x), x.Length);

    /// <summary>The largest total of a reduction that takes maxima of what is not negative.</summary>
    private static float Maximum<TReduction>(TReduction reduction, int length)
        where TReduction : struct, IReduction, allows ref struct
    {
        const int part = 8 * KernelDriver.PartLength;
        var parts = (length + part - 1) / part;
        var maxima = parts <= 16 ? stackalloc int[16] : new int[parts];
        WorkerThreads.For(new Maxima<TReduction>(reduction, length, part, maxima), parts);
        var largest = 0;
        foreach (var maximum in maxima)
            largest = Math.Max(largest, maximum);
        return BitConverter.Int32BitsToSingle(largest);
    }

    /// <summary>The bit patterns of the largest of every part; NaN has the largest of all.</summary>
    private readonly ref struct Maxima<TReduction>(TReduction reduction, int length, int part, Span<int> maxima) : ILoop
        where TReduction : struct, IReduction, allows ref struct
    {
        private readonly TReduction reduction = reduction;
        private readonly int length = length;
        private readonly int part = part;
        private readonly Span<int> maxima = maxima;

        public void Run(int start, int end)
        {
            Span<float> lanes = stackalloc float[KernelDriver.ReductionLanes];
            for (; start < end; start++)
            {
                lanes.Clear();
                KernelDriver.Reduce(reduction, start * part, Math.Min(part, length - (start * part)), lanes);
                foreach (var lane in lanes)
                    maxima[start] = Math.Max(maxima[start], BitConverter.SingleToInt32Bits(lane));
            }
        }
    }
}
