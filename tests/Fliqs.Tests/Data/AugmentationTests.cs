using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class AugmentationTests
{
    // Two channels of 2x3.
    private static readonly float[] Image = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    private static readonly DataSetInfo Info = IdxFolder.Info with { Channels = 2, Mean = [0, 0], Std = [1, 1] };

    [Theory]
    [InlineData("none", false, 0, "none")]
    [InlineData("flip", true, 0, "flip")]
    [InlineData("shift", false, 2, "shift:2")]
    [InlineData("shift:4", false, 4, "shift:4")]
    [InlineData("flip+shift", true, 2, "flip+shift:2")]
    [InlineData("shift:1 + flip", true, 1, "flip+shift:1")]
    public void ParsesAndPrints(string text, bool flip, int shift, string printed)
    {
        var parsed = Augmentation.Parse(text);
        Assert.Equal(new Augmentation(flip, shift), parsed);
        Assert.Equal(printed, parsed.ToString());
        Assert.Equal(parsed, Augmentation.Parse(printed));
    }

    [Theory]
    [InlineData("crop", "crop:0.08")]
    [InlineData("flip+crop:0.2", "crop:0.2+flip")]
    [InlineData("jitter", "jitter:0.4")]
    [InlineData("jitter:0.3:0.1", "jitter:0.3:0.1")]
    [InlineData("randaugment", "randaugment:2:9")]
    [InlineData("randaugment:1", "randaugment:1:9")]
    [InlineData("randaugment:3:14.5", "randaugment:3:14.5")]
    [InlineData("mixup + cutmix", "mixup:0.2+cutmix:1")]
    [InlineData("cutmix:0.5+mixup:0.8+randaugment+jitter+shift+flip+crop", "crop:0.08+flip+shift:2+jitter:0.4+randaugment:2:9+mixup:0.8+cutmix:0.5")]
    public void PrintsWhatItUnderstood(string text, string printed)
    {
        var parsed = Augmentation.Parse(text);
        Assert.Equal(printed, parsed.ToString());
        Assert.Equal(parsed, Augmentation.Parse(printed));
    }

    [Theory]
    [InlineData("crop:0")]
    [InlineData("crop:1.1")]
    [InlineData("crop:0.1:2")]
    [InlineData("crop+crop")]
    [InlineData("jitter:-1")]
    [InlineData("jitter:0.4:0.6")]
    [InlineData("jitter:0.4:0.1:1")]
    [InlineData("randaugment:0")]
    [InlineData("randaugment:2:31")]
    [InlineData("randaugment:2:9:1")]
    [InlineData("mixup:0")]
    [InlineData("mixup:nan")]
    [InlineData("cutmix:1e3")]
    [InlineData("cutmix+cutmix")]
    [InlineData("crop+none")]
    [InlineData("")]
    [InlineData("flop")]
    [InlineData("Flip")]
    [InlineData("flip+")]
    [InlineData("flip+flip")]
    [InlineData("shift+shift:3")]
    [InlineData("none+flip")]
    [InlineData("shift:")]
    [InlineData("shift:0")]
    [InlineData("shift:-1")]
    [InlineData("shift:1.5")]
    [InlineData("shift:99999999999")]
    [InlineData("flip:2")]
    public void RefusesOtherText(string text)
    {
        var error = Assert.Throws<InputException>(() => Augmentation.Parse(text));
        Assert.Contains($"'{text}'", error.Message);
    }

    [Fact]
    public void MirrorIsItsOwnInverse()
    {
        var pixels = Image.ToArray();
        Augmentation.Mirror(pixels, width: 3);
        Assert.Equal([3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10], pixels);
        Augmentation.Mirror(pixels, width: 3);
        Assert.Equal(Image, pixels);
    }

    [Theory]
    [InlineData(0, 0, new float[] { 1, 2, 3, 4, 5, 6 })]
    [InlineData(1, 0, new float[] { 0, 0, 0, 1, 2, 3 })]
    [InlineData(-1, 0, new float[] { 4, 5, 6, 0, 0, 0 })]
    [InlineData(0, 2, new float[] { 0, 0, 1, 0, 0, 4 })]
    [InlineData(0, -1, new float[] { 2, 3, 0, 5, 6, 0 })]
    [InlineData(1, -1, new float[] { 0, 0, 0, 2, 3, 0 })]
    public void MoveFillsWithBlack(int down, int right, float[] expected)
    {
        var pixels = Image[..6];
        Augmentation.Move(pixels, width: 3, down, right);
        Assert.Equal(expected, pixels);
    }

    [Fact]
    public void MoveAgreesWithItsDefinition()
    {
        const int Height = 6, Width = 5;
        var source = Enumerable.Range(1, Height * Width).Select(i => (float)i).ToArray();
        for (var down = -3; down <= 3; down++)
            for (var right = -3; right <= 3; right++)
            {
                var moved = source.ToArray();
                Augmentation.Move(moved, Width, down, right);
                for (var i = 0; i < moved.Length; i++)
                {
                    var (y, x) = (i / Width - down, i % Width - right);
                    var inside = y is >= 0 and < Height && x is >= 0 and < Width;
                    Assert.Equal(inside ? source[y * Width + x] : 0, moved[i]);
                }
            }
    }

    [Fact]
    public void EveryFlipAndShiftTurnsUpAndAllChannelsMoveTogether()
    {
        var augmentation = new Augmentation(Flip: true, Shift: 1);
        var expected = new HashSet<string>();
        foreach (var flip in new[] { false, true })
            for (var down = -1; down <= 1; down++)
                for (var right = -1; right <= 1; right++)
                {
                    var pixels = Image.ToArray();
                    if (flip)
                        Augmentation.Mirror(pixels, 3);
                    Augmentation.Move(pixels.AsSpan(0, 6), 3, down, right);
                    Augmentation.Move(pixels.AsSpan(6, 6), 3, down, right);
                    expected.Add(string.Join(' ', pixels));
                }

        var seen = new HashSet<string>();
        for (var i = 0; i < 500; i++)
        {
            var pixels = Image.ToArray();
            augmentation.Apply(pixels, Info, new RandomStream(i));
            seen.Add(string.Join(' ', pixels));
        }
        Assert.Equal(18, expected.Count);
        Assert.Equal(expected.Order(), seen.Order());
    }

    [Fact]
    public void NoneChangesNothing()
    {
        var pixels = Image.ToArray();
        for (var i = 0; i < 20; i++)
            Augmentation.None.Apply(pixels, Info, new RandomStream(i));
        Assert.Equal(Image, pixels);
    }
}
