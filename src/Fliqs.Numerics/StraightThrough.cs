namespace Fliqs.Numerics;

/// <summary>
/// The straight-through estimator: rounding is taken as the identity when differentiating, and clipping as what it is.
/// (Bengio, Leonard, Courville; arXiv 1308.3432.)
/// </summary>
public static class StraightThrough
{
    /// <summary>
    /// destination[i] = gradient[i] where low * scale &lt;= x[i] &lt;= high * scale, +0 elsewhere and where x[i] is NaN.
    /// </summary>
    /// <param name="x">The values that were rounded: rows one after another, of equal length.</param>
    /// <param name="gradient">The gradient with regard to the rounded values.</param>
    /// <param name="destination">Receives the gradient with regard to x; may be the memory of x or gradient.</param>
    /// <param name="low">The lowest value not clipped at scale 1: <see cref="NumberFormat.MinValue"/>.</param>
    /// <param name="high">The highest value not clipped at scale 1: <see cref="NumberFormat.MaxValue"/>.</param>
    /// <param name="scales">One scale a row.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the number of rows.</exception>
    public static void ClippedGradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> destination, float low, float high, ReadOnlySpan<float> scales) =>
        Run<float, SingleStorage, float, SingleStorage>(x, gradient, destination, low, high, scales, byCodes: false);

    /// <summary>
    /// The same for a gradient with regard to codes, x over its scale: destination[i] = gradient[i] * (1 / scale) where
    /// low * scale &lt;= x[i] &lt;= high * scale.
    /// </summary>
    /// <param name="x">The values that were rounded: rows one after another, of equal length.</param>
    /// <param name="gradient">The gradient with regard to the codes, as bfloat16 bit patterns.</param>
    /// <param name="destination">Receives the gradient with regard to x.</param>
    /// <param name="low">The lowest code.</param>
    /// <param name="high">The highest code.</param>
    /// <param name="scales">One scale a row.</param>
    /// <exception cref="ArgumentException">The lengths differ or are no multiple of the number of rows.</exception>
    public static void ClippedCodeGradient(
        ReadOnlySpan<float> x, ReadOnlySpan<ushort> gradient, Span<float> destination, float low, float high, ReadOnlySpan<float> scales) =>
        Run<float, SingleStorage, ushort, BFloat16Storage>(x, gradient, destination, low, high, scales, byCodes: true);

    /// <summary>The same where what was rounded is bfloat16, as is the gradient with regard to it, rounded to nearest.</summary>
    /// <inheritdoc cref="ClippedCodeGradient(ReadOnlySpan{float}, ReadOnlySpan{ushort}, Span{float}, float, float, ReadOnlySpan{float})"/>
    public static void ClippedCodeGradient(
        ReadOnlySpan<ushort> x, ReadOnlySpan<ushort> gradient, Span<ushort> destination, float low, float high, ReadOnlySpan<float> scales) =>
        Run<ushort, BFloat16Storage, ushort, BFloat16Storage>(x, gradient, destination, low, high, scales, byCodes: true);

    private static void Run<T, TStorage, TGradient, TStored>(
        ReadOnlySpan<T> x, ReadOnlySpan<TGradient> gradient, Span<T> destination, float low, float high, ReadOnlySpan<float> scales, bool byCodes)
        where T : unmanaged
        where TStorage : struct, IStorage<T>
        where TGradient : unmanaged
        where TStored : struct, IStored<TGradient>
    {
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(x.Length, destination.Length, nameof(destination));
        KernelDriver.RunRows(
            new ClippedRowsLoop<T, TStorage, TGradient, TStored>(x, gradient, destination, low, high, scales, byCodes), x.Length, scales.Length);
    }
}
