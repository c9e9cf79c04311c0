using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class ResampleTapsTests
{
    [Fact]
    public void Without_scaling_every_pixel_is_itself()
    {
        var taps = new ResampleTaps(3, 5, 5, 20);
        for (var i = 0; i < 5; i++)
            for (var k = 0; k < taps.Count; k++)
                Assert.Equal(taps.First[i] + k == 3 + i ? 1 : 0, taps.Weights[i * taps.Count + k]);
    }

    [Fact]
    public void Twice_the_size_is_linear_interpolation()
    {
        var taps = new ResampleTaps(0, 4, 8, 4);
        Assert.Equal([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3], Centers(taps, 8), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    [Fact]
    public void Weights_are_a_mean_over_pixels_that_exist()
    {
        var random = new RandomStream(1);
        for (var i = 0; i < 1000; i++)
        {
            var source = 1 + random.NextInt(300);
            var start = random.NextDouble() * source * 0.9;
            var (length, size) = ((source - start) * Math.Max(0.01, random.NextDouble()), 1 + random.NextInt(64));
            var taps = new ResampleTaps(start, length, size, source, gain: 0.5);
            Assert.True(taps.Begin >= 0 && taps.End <= source);
            Assert.Equal(taps.First.Order(), taps.First);
            for (var x = 0; x < size; x++)
            {
                var weights = taps.Weights.AsSpan(x * taps.Count, taps.Count).ToArray();
                Assert.All(weights, w => Assert.InRange(w, 0, 0.5f));
                Assert.Equal(0.5, weights.Sum(), 1e-5);
            }
            // The mean position is the centre, away from the edges.
            var spread = Math.Max(1, length / size);
            foreach (var (x, center) in Centers(taps, size).Index())
                if (start + (x + 0.5) * length / size is var at && at > spread + 1 && at < source - spread - 1)
                    Assert.Equal(at - 0.5, center / 0.5, 0.51);
        }
    }

    private static double[] Centers(ResampleTaps taps, int size) => [.. Enumerable.Range(0, size).Select(x =>
        Enumerable.Range(0, taps.Count).Sum(k => (double)taps.Weights[x * taps.Count + k] * (taps.First[x] + k)))];
}
