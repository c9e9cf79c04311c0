namespace Fliqs.Numerics;

/// <summary>
/// What treats every channel of a channels-last tensor alike, above all batch normalisation, with or without a ReLU or ReLU6 on top, in two
/// passes over memory each way. Spans hold the channels of one pixel after another; everything by channel is as long as there are channels. What is not by
/// channel is float32, or bfloat16 as bit patterns, which are rounded to nearest. Sums are in float32 over some thousand pixels and in
/// double above, in an order that does not depend on the number of threads. Spans of other lengths throw an
/// <see cref="ArgumentException"/>. (Ioffe, Szegedy 2015.)
/// </summary>
public static class ChannelKernels
{
    /// <summary>Mean and biased variance of every channel.</summary>
    /// <param name="x">A whole number of pixels, at least one.</param>
    /// <param name="shift">A guess at the means, which keeps the subtraction of squares from cancelling.</param>
    /// <param name="mean">Receives the means.</param>
    /// <param name="variance">Receives the variances.</param>
    public static void Moments(ReadOnlySpan<float> x, ReadOnlySpan<float> shift, Span<double> mean, Span<double> variance) =>
        ChannelLoops<float, SingleStorage>.Moments(x, shift, mean, variance);

    /// <inheritdoc cref="Moments(ReadOnlySpan{float}, ReadOnlySpan{float}, Span{double}, Span{double})"/>
    public static void Moments(ReadOnlySpan<ushort> x, ReadOnlySpan<float> shift, Span<double> mean, Span<double> variance) =>
        ChannelLoops<ushort, BFloat16Storage>.Moments(x, shift, mean, variance);

    /// <summary>
    /// y = x * scale + offset by channel, plus the addend, cut off below at 0 if <paramref name="relu"/>, and above at the ceiling.
    /// </summary>
    /// <param name="x">A whole number of pixels.</param>
    /// <param name="y">Receives as many numbers; may be the same memory as x.</param>
    /// <param name="scale">By channel.</param>
    /// <param name="offset">By channel.</param>
    /// <param name="addend">As many numbers as x, or none.</param>
    /// <param name="relu">Whether to cut off.</param>
    /// <param name="ceiling">6 for a ReLU6.</param>
    public static void Apply(
        ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float> scale, ReadOnlySpan<float> offset, ReadOnlySpan<float> addend, bool relu,
        float ceiling = float.PositiveInfinity) =>
        ChannelLoops<float, SingleStorage>.Apply(x, y, scale, offset, addend, relu, ceiling);

    /// <inheritdoc cref="Apply(ReadOnlySpan{float}, Span{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, bool, float)"/>
    public static void Apply(
        ReadOnlySpan<ushort> x, Span<ushort> y, ReadOnlySpan<float> scale, ReadOnlySpan<float> offset, ReadOnlySpan<ushort> addend, bool relu,
        float ceiling = float.PositiveInfinity) =>
        ChannelLoops<ushort, BFloat16Storage>.Apply(x, y, scale, offset, addend, relu, ceiling);

    /// <summary>The sums over all pixels of the gradient, and of the gradient times x - mean, by channel.</summary>
    /// <param name="x">What was normalised.</param>
    /// <param name="y">The result; the gradient passes where it is positive and below the ceiling.</param>
    /// <param name="gradient">The gradient by y.</param>
    /// <param name="mean">The means of x.</param>
    /// <param name="sums">Receives the sum of the gradient.</param>
    /// <param name="products">Receives the sum of the products.</param>
    /// <param name="passed">Receives the gradient where it passes and 0 elsewhere; may be empty.</param>
    /// <param name="relu">Whether there was a ReLU.</param>
    /// <param name="ceiling">What y was cut off at: 6 for a ReLU6.</param>
    public static void GradientSums(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> gradient, ReadOnlySpan<float> mean,
        Span<double> sums, Span<double> products, Span<float> passed, bool relu, float ceiling = float.PositiveInfinity) =>
        ChannelLoops<float, SingleStorage>.GradientSums(x, y, gradient, mean, sums, products, passed, relu, ceiling);

    /// <inheritdoc cref="GradientSums(ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, ReadOnlySpan{float}, Span{double}, Span{double}, Span{float}, bool, float)"/>
    public static void GradientSums(
        ReadOnlySpan<ushort> x, ReadOnlySpan<ushort> y, ReadOnlySpan<ushort> gradient, ReadOnlySpan<float> mean,
        Span<double> sums, Span<double> products, Span<ushort> passed, bool relu, float ceiling = float.PositiveInfinity) =>
        ChannelLoops<ushort, BFloat16Storage>.GradientSums(x, y, gradient, mean, sums, products, passed, relu, ceiling);

    /// <summary>destination = gradient * a + x * b + c by channel, with the gradient cut as it is summed.</summary>
    public static void Gradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> gradient, Span<float> destination,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, bool relu, float ceiling = float.PositiveInfinity) =>
        ChannelLoops<float, SingleStorage>.Gradient(x, y, gradient, destination, a, b, c, relu, ceiling);

    /// <summary>destination = gradient * a + x * b + c by channel, with the gradient cut as it is summed.</summary>
    public static void Gradient(
        ReadOnlySpan<ushort> x, ReadOnlySpan<ushort> y, ReadOnlySpan<ushort> gradient, Span<ushort> destination,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, bool relu, float ceiling = float.PositiveInfinity) =>
        ChannelLoops<ushort, BFloat16Storage>.Gradient(x, y, gradient, destination, a, b, c, relu, ceiling);
}
