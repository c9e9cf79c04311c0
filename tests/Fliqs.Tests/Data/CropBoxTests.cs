using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class CropBoxTests
{
    [Theory]
    // 256 on the short side, then 224 of them: offsets (341 - 224) / 2 rounded to even, and 16.
    [InlineData(500, 375, 224, 0.875, 58 * 500 / 341.0, 16 * 375 / 256.0, 224 * 500 / 341.0, 224 * 375 / 256.0)]
    [InlineData(375, 500, 224, 0.875, 16 * 375 / 256.0, 58 * 500 / 341.0, 224 * 375 / 256.0, 224 * 500 / 341.0)]
    [InlineData(256, 256, 224, 0.875, 16, 16, 224, 224)]
    [InlineData(100, 50, 50, 1, 25, 0, 50, 50)]
    [InlineData(64, 64, 32, 0.875, 2 * 64 / 36.0, 2 * 64 / 36.0, 32 * 64 / 36.0, 32 * 64 / 36.0)]
    public void The_view_of_a_test_image_is_that_of_scaling_and_cutting(
        int width, int height, int size, double share, double left, double top, double across, double down)
    {
        var box = CropBox.Center(width, height, size, share);
        Assert.Equal([left, top, across, down], new[] { box.Left, box.Top, box.Width, box.Height }, (a, b) => Math.Abs(a - b) < 1e-9);
    }

    [Fact]
    public void The_view_of_a_test_image_lies_within_it_whatever_its_shape()
    {
        var random = new RandomStream(1);
        for (var i = 0; i < 2000; i++)
        {
            var (width, height, size) = (1 + random.NextInt(2000), 1 + random.NextInt(2000), 1 + random.NextInt(300));
            var box = CropBox.Center(width, height, size, 0.05 + 0.95 * random.NextDouble());
            Inside(box, width, height);
            // As much on either side, to the pixel of the scaled image.
            Assert.True(Math.Abs(2 * box.Left + box.Width - width) <= 1.01 * box.Width / size);
            Assert.True(Math.Abs(2 * box.Top + box.Height - height) <= 1.01 * box.Height / size);
        }
    }

    [Fact]
    public void A_random_part_keeps_its_promises()
    {
        var random = new RandomStream(2);
        for (var i = 0; i < 5000; i++)
        {
            var (width, height, least) = (20 + random.NextInt(500), 20 + random.NextInt(500), 0.05 + 0.9 * random.NextDouble());
            var box = CropBox.Random(width, height, least, random);
            Inside(box, width, height);
            // Whole pixels round the sides, which the limits have to allow for; the way out after ten draws knows no least share.
            var slack = 1 + 1.0 / Math.Min(box.Width, box.Height);
            Assert.InRange(box.Width / box.Height, 3 / 4.0 / (slack * slack), 4 / 3.0 * slack * slack);
            if (width < 1.3 * height && height < 1.3 * width)
                Assert.True(box.Width * box.Height * slack * slack >= least * width * height);
        }
    }

    [Fact]
    public void Parts_of_every_size_shape_and_place_turn_up()
    {
        var boxes = Enumerable.Range(0, 4000).Select(i => CropBox.Random(400, 300, 0.08, new RandomStream(3, i))).ToList();
        var areas = boxes.Select(b => b.Width * b.Height / 120_000).ToList();
        // Uniform but for the larger ones, which stick out more often and are drawn again.
        Assert.InRange(areas.Min(), 0.07, 0.09);
        Assert.InRange(areas.Max(), 0.95, 1);
        Assert.InRange(areas.Average(), 0.41, 0.46);
        Assert.InRange(boxes.Average(b => Math.Log(b.Width / b.Height)), -0.03, 0.1);
        Assert.InRange(boxes.Where(b => b.Width < 390).Average(b => b.Left / (400 - b.Width)), 0.47, 0.53);
        Assert.InRange(boxes.Where(b => b.Height < 290).Average(b => b.Top / (300 - b.Height)), 0.47, 0.53);
        Assert.Equal(boxes[7], CropBox.Random(400, 300, 0.08, new RandomStream(3, 7)));
    }

    [Theory]
    [InlineData(1000, 10, 10 * 4 / 3.0, 10)]
    [InlineData(10, 1000, 10, 10 * 4 / 3.0)]
    [InlineData(1, 1, 1, 1)]
    public void Of_a_strip_it_is_the_middle(int width, int height, double across, double down)
    {
        var box = CropBox.Random(width, height, 1, new RandomStream(4));
        Assert.Equal(
            [(width - across) / 2, (height - down) / 2, across, down], new[] { box.Left, box.Top, box.Width, box.Height },
            (a, b) => Math.Abs(a - b) < 1e-9);
    }

    private static void Inside(CropBox box, int width, int height)
    {
        Assert.True(box.Width > 0 && box.Height > 0);
        Assert.True(box.Left >= -1e-9 && box.Top >= -1e-9, $"{box} of {width}x{height}");
        Assert.True(box.Left + box.Width <= width + 1e-6 && box.Top + box.Height <= height + 1e-6, $"{box} of {width}x{height}");
    }
}
