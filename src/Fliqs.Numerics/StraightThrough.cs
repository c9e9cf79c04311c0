namespace Fliqs.Numerics;

/// <summary>
/// The straight-through estimator: rounding is taken as the identity when differentiating, and clipping as what it is.
/// (Bengio, Leonard, Courville; arXiv 1308.3432.)
/// </summary>
public static class StraightThrough
{
    /// <summary>destination[i] = gradient[i] where low &lt;= x[i] &lt;= high, +0 elsewhere and where x[i] is NaN.</summary>
    /// <param name="x">The values that were rounded.</param>
    /// <param name="gradient">The gradient with regard to the rounded values.</param>
    /// <param name="destination">Receives the gradient with regard to x; may be the memory of x or gradient.</param>
    /// <param name="low">The lowest value not clipped: scale * <see cref="NumberFormat.MinValue"/>.</param>
    /// <param name="high">The highest value not clipped: scale * <see cref="NumberFormat.MaxValue"/>.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ClippedGradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> destination, float low, float high)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(x.Length, destination.Length, nameof(destination));
        KernelDriver.Run(new ClippedGradientStep(x, gradient, destination, low, high), x.Length);
    }

    /// <summary>
    /// The same for a gradient with regard to codes, x over its scale: destination[i] = factor * gradient[i] where
    /// low &lt;= x[i] &lt;= high.
    /// </summary>
    /// <param name="x">The values that were rounded.</param>
    /// <param name="gradient">The gradient with regard to the codes, as bfloat16 bit patterns.</param>
    /// <param name="destination">Receives the gradient with regard to x.</param>
    /// <param name="low">The lowest value not clipped.</param>
    /// <param name="high">The highest value not clipped.</param>
    /// <param name="factor">1 / scale.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void ClippedCodeGradient(
        ReadOnlySpan<float> x, ReadOnlySpan<ushort> gradient, Span<float> destination, float low, float high, float factor)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(x.Length, destination.Length, nameof(destination));
        KernelDriver.Run(new ClippedCodeGradientStep<float, SingleStorage>(x, gradient, destination, low, high, factor), x.Length);
    }

    /// <summary>The same where what was rounded is bfloat16, as is the gradient with regard to it, rounded to nearest.</summary>
    /// <inheritdoc cref="ClippedCodeGradient(ReadOnlySpan{float}, ReadOnlySpan{ushort}, Span{float}, float, float, float)"/>
    public static void ClippedCodeGradient(
        ReadOnlySpan<ushort> x, ReadOnlySpan<ushort> gradient, Span<ushort> destination, float low, float high, float factor)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(x.Length, destination.Length, nameof(destination));
        KernelDriver.Run(new ClippedCodeGradientStep<ushort, BFloat16Storage>(x, gradient, destination, low, high, factor), x.Length);
    }
}
