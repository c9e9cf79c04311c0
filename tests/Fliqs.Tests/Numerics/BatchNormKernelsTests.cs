using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

/// <summary>The kernels against sums in double precision, for channels and pixels of any number, down to one of each.</summary>
public sealed class BatchNormKernelsTests
{
    /// <summary>Pixels and channels: few of both, blocks that are filled many times, and pixels that are longer than a block.</summary>
    private static IEnumerable<(int Pixels, int Channels)> Sizes =>
        [.. from channels in Enumerable.Range(1, 40) from pixels in new[] { 1, 3, 67 } select (pixels, channels), (100_000, 3), (7, 1031)];

    [Fact]
    public void Moments_are_means_and_biased_variances()
    {
        foreach (var (pixels, channels) in Sizes)
        {
            var x = Array.ConvertAll(FloatCases.Gaussian(pixels * channels), v => 2 * v + 10);
            var shift = Array.ConvertAll(FloatCases.Gaussian(channels, 2), v => v + 9);
            var (mean, variance) = (new double[channels], new double[channels]);
            BatchNormKernels.Moments(x, shift, mean, variance);
            for (var c = 0; c < channels; c++)
            {
                var values = Channel(x, channels, c);
                var expected = values.Average();
                Assert.Equal(expected, mean[c], 1e-5);
                Assert.Equal(values.Average(v => (v - expected) * (v - expected)), variance[c], 1e-4);
            }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Applied_by_channel(bool relu)
    {
        foreach (var (pixels, channels) in Sizes)
        {
            var (x, scale, offset) = (FloatCases.Mixed(pixels * channels), FloatCases.Gaussian(channels, 2), FloatCases.Gaussian(channels, 3));
            var y = new float[x.Length];
            BatchNormKernels.Apply(x, y, scale, offset, relu);
            var expected = x.Select((v, i) => (v * scale[i % channels]) + offset[i % channels]).Select(v => relu && v <= 0 ? 0 : v);
            FloatCases.AssertSame([.. expected], y, $"{pixels} x {channels}");
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Gradients_by_channel(bool relu)
    {
        foreach (var (pixels, channels) in Sizes)
        {
            var (x, y, gradient) = (FloatCases.Gaussian(pixels * channels), FloatCases.Gaussian(pixels * channels, 2), FloatCases.Gaussian(pixels * channels, 3));
            var passed = gradient.Select((g, i) => relu && y[i] <= 0 ? 0 : g).ToArray();
            var (a, b, c) = (FloatCases.Gaussian(channels, 4), FloatCases.Gaussian(channels, 5), FloatCases.Gaussian(channels, 6));
            var (sums, products, destination) = (new double[channels], new double[channels], new float[x.Length]);
            BatchNormKernels.GradientSums(x, y, gradient, c, sums, products, relu);
            BatchNormKernels.Gradient(x, y, gradient, destination, a, b, c, relu);
            for (var i = 0; i < channels; i++)
            {
                var (values, gradients) = (Channel(x, channels, i), Channel(passed, channels, i));
                Assert.Equal(gradients.Sum(), sums[i], 1e-5 * (10 + pixels));
                Assert.Equal(values.Zip(gradients, (v, g) => (v - c[i]) * g).Sum(), products[i], 1e-5 * (10 + pixels));
            }

            var expected = x.Select((v, i) => (passed[i] * a[i % channels]) + (v * b[i % channels]) + c[i % channels]);
            FloatCases.AssertSame([.. expected], destination, $"{pixels} x {channels}");
        }
    }

    private static double[] Channel(float[] x, int channels, int channel) => [.. Enumerable.Range(0, x.Length / channels).Select(i => (double)x[(i * channels) + channel])];
}
