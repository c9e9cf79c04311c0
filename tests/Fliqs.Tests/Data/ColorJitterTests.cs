using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class ColorJitterTests
{
    [Fact]
    public void The_stream_decides_and_values_stay_in_range()
    {
        var image = ColorOperationsTests.Image(3 * 64);
        var seen = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            var (changed, again) = (image.ToArray(), image.ToArray());
            new ColorJitter(0.4, 0.1).Apply(new ImagePlanes(changed, 3, 8, 8), new RandomStream(i));
            new ColorJitter(0.4, 0.1).Apply(new ImagePlanes(again, 3, 8, 8), new RandomStream(i));
            Assert.Equal(changed, again);
            Assert.All(changed, p => Assert.InRange(p, -1e-6f, 1 + 1e-6f));
            seen.Add(string.Join(' ', changed));
        }
        Assert.Equal(100, seen.Count);
    }

    [Fact]
    public void Weaker_jitter_changes_less()
    {
        Assert.InRange(Change(0.05), 0.001, 0.03);
        Assert.True(Change(0.8) > 5 * Change(0.05));

        static double Change(double strength)
        {
            var image = ColorOperationsTests.Image(3 * 64);
            return Enumerable.Range(0, 50).Average(i =>
            {
                var changed = image.ToArray();
                new ColorJitter(strength).Apply(new ImagePlanes(changed, 3, 8, 8), new RandomStream(i));
                return changed.Zip(image, (a, b) => Math.Abs(a - b)).Average();
            });
        }
    }
}
