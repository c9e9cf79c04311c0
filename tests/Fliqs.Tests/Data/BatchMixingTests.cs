using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class BatchMixingTests
{
    private static readonly DataSetInfo Info = new("tiny", 100, Channels: 2, Height: 9, Width: 7, [0, 0], [1, 1], "");

    [Theory]
    [InlineData("mixup:0.2", 8)]
    [InlineData("mixup:1", 8)]
    [InlineData("cutmix:1", 8)]
    [InlineData("mixup:0.8+cutmix:1", 8)]
    [InlineData("mixup:1", 1)]
    [InlineData("cutmix:1", 1)]
    [InlineData("cutmix:1", 2)]
    public void Shares_of_the_labels_are_shares_of_the_pixels(string text, int count)
    {
        var augmentation = Augmentation.Parse(text);
        var shares = new HashSet<double>();
        for (var i = 0; i < 200; i++)
        {
            // Every pixel of an image is its label.
            var labels = Enumerable.Range(10, count).Select(l => (long)l).ToArray();
            var images = labels.SelectMany(l => Enumerable.Repeat((float)l, Info.PixelCount)).ToArray();
            var others = new long[count];
            var share = BatchMixing.Apply(images, labels, others, Info, augmentation, new RandomStream(1, i));
            Assert.InRange(share, 0.5, 1);
            shares.Add(share);
            for (var image = 0; image < count; image++)
                Assert.Equal(
                    share * labels[image] + (1 - share) * others[image],
                    images[(image * Info.PixelCount)..((image + 1) * Info.PixelCount)].Average(), 1e-3);
            // Nobody is seen more than the others.
            var seen = labels.Select(l => (l, share)).Concat(others.Select(l => (l, 1 - share))).ToLookup(s => s.l, s => s.Item2);
            Assert.All(seen, s => Assert.Equal(1, s.Sum(), 1e-9));
            Assert.Equal(count, seen.Count);
        }
        Assert.True(shares.Count > 10);
    }

    [Fact]
    public void Both_ways_are_taken()
    {
        var augmentation = Augmentation.Parse("mixup:1+cutmix:1");
        var pasted = Enumerable.Range(0, 300).Count(i =>
        {
            float[] images = [.. Enumerable.Repeat(0f, Info.PixelCount), .. Enumerable.Repeat(1f, Info.PixelCount)];
            BatchMixing.Apply(images, [0, 1], new long[2], Info, augmentation, new RandomStream(2, i));
            return images.All(p => p is 0 or 1);
        });
        Assert.InRange(pasted, 110, 190);
    }

    [Fact]
    public void What_is_pasted_is_a_box_at_its_own_place()
    {
        var first = Enumerable.Range(0, Info.PixelCount).Select(i => (float)i).ToArray();
        var second = Array.ConvertAll(first, p => p + 1000);
        for (var i = 0; i < 100; i++)
        {
            float[] images = [.. first, .. second];
            BatchMixing.Apply(images, [0, 1], new long[2], Info, new Augmentation { CutMix = 1 }, new RandomStream(3, i));
            var changed = Enumerable.Range(0, Info.PixelCount).Where(p => images[p] != first[p]).ToList();
            Assert.All(changed, p => Assert.Equal(second[p], images[p]));
            Assert.All(changed, p => Assert.Equal(first[p], images[Info.PixelCount + p]));
            var places = changed.Select(p => (Channel: p / 63, Y: p % 63 / 7, X: p % 7)).ToList();
            if (places.Count > 0)
                Assert.Equal(
                    2 * (places.Max(p => p.X) - places.Min(p => p.X) + 1) * (places.Max(p => p.Y) - places.Min(p => p.Y) + 1), places.Count);
        }
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void Shares_are_beta_distributed(double alpha)
    {
        var random = new RandomStream(4);
        var shares = Enumerable.Range(0, 20_000).Select(_ => BatchMixing.BetaShare(alpha, random)).ToList();
        Assert.All(shares, s => Assert.InRange(s, 0, 1));
        Assert.Equal(0.5, shares.Average(), 0.015);
        // Of a beta distribution with both parameters alpha.
        Assert.Equal(1 / (4 * (2 * alpha + 1)), shares.Average(s => (s - 0.5) * (s - 0.5)), 0.006);
    }
}
