namespace Fliqs.Numerics;

/// <summary>
/// Batch normalisation of channels-last tensors, with or without a ReLU or ReLU6 on top, in two passes over memory each way. Spans hold
/// the channels of one pixel after another; everything by channel is as long as there are channels. (Ioffe, Szegedy 2015.)
/// </summary>
public static class BatchNormKernels
{
    private const int LeastPeriod = 1024;
    private const int PeriodsInFloat = 256;

    /// <summary>Mean and biased variance of every channel.</summary>
    /// <param name="x">A whole number of pixels, at least one.</param>
    /// <param name="shift">A guess at the means, which keeps the subtraction of squares from cancelling.</param>
    /// <param name="mean">Receives the means.</param>
    /// <param name="variance">Receives the variances.</param>
    public static void Moments(ReadOnlySpan<float> x, ReadOnlySpan<float> shift, Span<double> mean, Span<double> variance)
    {
        var (channels, period) = (shift.Length, Period(shift.Length));
        var shifts = Repeat(shift, period);
        var (sums, squares) = (new float[period], new float[period]);
        mean.Clear();
        variance.Clear();
        for (var (start, count) = (0, 1); start < x.Length; start += period, count++)
        {
            var row = x.Slice(start, Math.Min(period, x.Length - start));
            KernelDriver.Run(new MomentsStep(row, shifts, sums, squares), row.Length);
            if (count % PeriodsInFloat == 0 || start + period >= x.Length)
            {
                Drain(sums, mean);
                Drain(squares, variance);
            }
        }

        var pixels = x.Length / (double)channels;
        for (var c = 0; c < channels; c++)
        {
            var offset = mean[c] / pixels;
            (mean[c], variance[c]) = (shift[c] + offset, Math.Max(0, (variance[c] / pixels) - (offset * offset)));
        }
    }

    /// <summary>y = x * scale + offset by channel, cut off below at 0 if <paramref name="relu"/>, and above at the ceiling.</summary>
    public static void Apply(
        ReadOnlySpan<float> x, Span<float> y, ReadOnlySpan<float> scale, ReadOnlySpan<float> offset, bool relu,
        float ceiling = float.PositiveInfinity)
    {
        var period = Period(scale.Length);
        var (scales, offsets) = (Repeat(scale, period), Repeat(offset, period));
        for (var start = 0; start < x.Length; start += period)
        {
            var length = Math.Min(period, x.Length - start);
            KernelDriver.Run(new AffineStep(x.Slice(start, length), y.Slice(start, length), scales, offsets, Low(relu), ceiling), length);
        }
    }

    /// <summary>The sums over all pixels of the gradient, and of the gradient times x - mean, by channel.</summary>
    /// <param name="x">What was normalised.</param>
    /// <param name="y">The result; the gradient passes where it is positive and below the ceiling.</param>
    /// <param name="gradient">The gradient by y.</param>
    /// <param name="mean">The means of x.</param>
    /// <param name="sums">Receives the sum of the gradient.</param>
    /// <param name="products">Receives the sum of the products.</param>
    /// <param name="relu">Whether there was a ReLU.</param>
    /// <param name="ceiling">What y was cut off at: 6 for a ReLU6.</param>
    public static void GradientSums(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> gradient, ReadOnlySpan<float> mean,
        Span<double> sums, Span<double> products, bool relu, float ceiling = float.PositiveInfinity)
    {
        var period = Period(mean.Length);
        var means = Repeat(mean, period);
        var (partialSums, partialProducts) = (new float[period], new float[period]);
        sums.Clear();
        products.Clear();
        for (var (start, count) = (0, 1); start < x.Length; start += period, count++)
        {
            var length = Math.Min(period, x.Length - start);
            KernelDriver.Run(
                new NormGradientSumsStep(
                    x.Slice(start, length), y.Slice(start, length), gradient.Slice(start, length), means, partialSums, partialProducts,
                    Low(relu), ceiling),
                length);
            if (count % PeriodsInFloat == 0 || start + period >= x.Length)
            {
                Drain(partialSums, sums);
                Drain(partialProducts, products);
            }
        }
    }

    /// <summary>destination = gradient * a + x * b + c by channel, with the gradient cut as in <see cref="GradientSums"/>.</summary>
    public static void Gradient(
        ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> gradient, Span<float> destination,
        ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, bool relu, float ceiling = float.PositiveInfinity)
    {
        var period = Period(a.Length);
        var (scales, slopes, offsets) = (Repeat(a, period), Repeat(b, period), Repeat(c, period));
        for (var start = 0; start < x.Length; start += period)
        {
            var length = Math.Min(period, x.Length - start);
            KernelDriver.Run(
                new NormGradientStep(
                    x.Slice(start, length), y.Slice(start, length), gradient.Slice(start, length), destination.Slice(start, length),
                    scales, slopes, offsets, Low(relu), ceiling),
                length);
        }
    }

    private static float Low(bool relu) => relu ? 0 : float.NegativeInfinity;

    /// <summary>A number of elements that is a whole number of pixels and of the widest vectors, and not too few.</summary>
    private static int Period(int channels)
    {
        var pixels = 16;
        while (pixels > 1 && channels * (pixels / 2) % 16 == 0)
            pixels /= 2;
        var period = channels * pixels;
        return period * Math.Max(1, (LeastPeriod + period - 1) / period);
    }

    private static float[] Repeat(ReadOnlySpan<float> byChannel, int period)
    {
        var repeated = new float[period];
        for (var start = 0; start < period; start += byChannel.Length)
            byChannel.CopyTo(repeated.AsSpan(start));
        return repeated;
    }

    private static void Drain(float[] partial, Span<double> totals)
    {
        for (var i = 0; i < partial.Length; i++)
            totals[i % totals.Length] += partial[i];
        Array.Clear(partial);
    }
}
