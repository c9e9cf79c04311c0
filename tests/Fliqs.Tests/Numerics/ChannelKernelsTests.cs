using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

/// <summary>The kernels against sums in double precision, for channels and pixels of any number, down to one of each.</summary>
public sealed class ChannelKernelsTests
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
            ChannelKernels.Moments(x, shift, mean, variance);
            for (var c = 0; c < channels; c++)
            {
                var values = Channel(x, channels, c);
                var expected = values.Average();
                Assert.Equal(expected, mean[c], 1e-5);
                Assert.Equal(values.Average(v => (v - expected) * (v - expected)), variance[c], 1e-4);
            }
        }
    }

    [Fact]
    public void Spans_of_other_lengths_are_refused_by_name()
    {
        var (x, shorter, two, three) = (new float[200_000], new float[199_998], new float[2], new float[3]);
        var (d2, d3) = (new double[2], new double[3]);
        (string Name, Action Call)[] calls =
        [
            ("channels", () => ChannelKernels.Moments(x, three, d3, d3)),
            ("channels", () => ChannelKernels.Moments(x, [], [], [])),
            ("mean", () => ChannelKernels.Moments(x, two, d3, d2)),
            ("variance", () => ChannelKernels.Moments(x, two, d2, d3)),
            ("y", () => ChannelKernels.Apply(x, shorter, two, two, [], true)),
            ("addend", () => ChannelKernels.Apply(x, x, two, two, shorter, true)),
            ("offset", () => ChannelKernels.Apply(x, x, two, three, [], true)),
            ("y", () => ChannelKernels.GradientSums(x, shorter, x, two, d2, d2, [], true)),
            ("gradient", () => ChannelKernels.GradientSums(x, x, shorter, two, d2, d2, [], true)),
            ("passed", () => ChannelKernels.GradientSums(x, x, x, two, d2, d2, shorter, true)),
            ("sums", () => ChannelKernels.GradientSums(x, x, x, two, d3, d2, [], true)),
            ("products", () => ChannelKernels.GradientSums(x, x, x, two, d2, d3, [], true)),
            ("y", () => ChannelKernels.Gradient(x, shorter, x, x, two, two, two, true)),
            ("gradient", () => ChannelKernels.Gradient(x, x, shorter, x, two, two, two, true)),
            ("destination", () => ChannelKernels.Gradient(x, x, x, shorter, two, two, two, true)),
            ("b", () => ChannelKernels.Gradient(x, x, x, x, two, three, two, true)),
            ("c", () => ChannelKernels.Gradient(x, x, x, x, two, two, three, true)),
        ];
        Assert.All(calls, c => Assert.Equal(c.Name, Assert.Throws<ArgumentException>(c.Call).ParamName));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Applied_by_channel(bool relu)
    {
        foreach (var (pixels, channels) in Sizes)
        {
            var (x, scale, offset) = (FloatCases.Mixed(pixels * channels), FloatCases.Gaussian(channels, 2), FloatCases.Gaussian(channels, 3));
            var y = new float[x.Length];
            var addend = channels % 2 == 0 ? [] : FloatCases.Gaussian(x.Length, 4);
            ChannelKernels.Apply(x, y, scale, offset, addend, relu);
            var sums = x.Select((v, i) => (v * scale[i % channels]) + offset[i % channels]).Select((v, i) => addend.Length == 0 ? v : v + addend[i]);
            FloatCases.AssertSame([.. sums.Select(v => relu && v <= 0 ? 0 : v)], y, $"{pixels} x {channels}");
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
            var written = new float[x.Length];
            ChannelKernels.GradientSums(x, y, gradient, c, sums, products, written, relu);
            FloatCases.AssertSame(passed, written, $"{pixels} x {channels}");
            ChannelKernels.Gradient(x, y, gradient, destination, a, b, c, relu);
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

    /// <summary>A run that has diverged has to show.</summary>
    [Theory, InlineData(float.PositiveInfinity), InlineData(float.NegativeInfinity)]
    public void Infinite_gradients_pass_where_nothing_is_cut_off(float infinite)
    {
        foreach (var size in new[] { 1, 16 })
        {
            var (x, gradient, ones) = (new float[size], Enumerable.Repeat(infinite, size).ToArray(), Enumerable.Repeat(1f, size).ToArray());
            var (sums, destination) = (new double[size], new float[size]);
            ChannelKernels.GradientSums(x, gradient, gradient, ones, sums, new double[size], [], relu: false);
            Assert.All(sums, s => Assert.Equal(infinite, s));
            ChannelKernels.Gradient(x, gradient, gradient, destination, ones, ones, ones, relu: false);
            Assert.All(destination, d => Assert.Equal(infinite, d));
        }
    }

    /// <summary>What bfloat16 holds exactly is normalised like the same numbers in float32, and what is written is that rounded once.</summary>
    [Fact]
    public void Bfloat16_is_like_the_same_numbers_in_float32()
    {
        foreach (var (pixels, channels) in Sizes)
        {
            var codes = Enumerable.Range(1, 4).Select(seed => Array.ConvertAll(FloatCases.Gaussian(pixels * channels, seed), BFloat16Storage.Store)).ToArray();
            var values = Array.ConvertAll(codes, c => Array.ConvertAll(c, BFloat16Storage.Load));
            var ((x, y, gradient, addend), by) = ((values[0], values[1], values[2], values[3]), FloatCases.Gaussian(channels, 4));
            var ((x16, y16, gradient16, addend16), length) = ((codes[0], codes[1], codes[2], codes[3]), x.Length);
            var (mean, variance, sums, products) = (new double[channels], new double[channels], new double[channels], new double[channels]);
            var (mean16, variance16, sums16, products16) = (new double[channels], new double[channels], new double[channels], new double[channels]);
            ChannelKernels.Moments(x, by, mean, variance);
            ChannelKernels.Moments(x16, by, mean16, variance16);
            var (passed, passed16) = (new float[length], new ushort[length]);
            ChannelKernels.GradientSums(x, y, gradient, by, sums, products, passed, true);
            ChannelKernels.GradientSums(x16, y16, gradient16, by, sums16, products16, passed16, true);
            Assert.Equal([mean, variance, sums, products], [mean16, variance16, sums16, products16]);

            Assert.Equal(Array.ConvertAll(passed, BFloat16Storage.Store), passed16);

            var (output, output16, result, result16) = (new float[length], new ushort[length], new float[length], new ushort[length]);
            ChannelKernels.Apply(x, output, by, by, addend, true);
            ChannelKernels.Apply(x16, output16, by, by, addend16, true);
            Assert.Equal(Array.ConvertAll(output, BFloat16Storage.Store), output16);
            ChannelKernels.Gradient(x, y, gradient, result, by, by, by, true);
            ChannelKernels.Gradient(x16, y16, gradient16, result16, by, by, by, true);
            Assert.Equal(Array.ConvertAll(result, BFloat16Storage.Store), result16);
        }
    }

    private static double[] Channel(float[] x, int channels, int channel) => [.. Enumerable.Range(0, x.Length / channels).Select(i => (double)x[(i * channels) + channel])];
}
