using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class ColorOperationsTests
{
    private const int Height = 5;
    private const int Width = 6;
    private const int Plane = Height * Width;

    [Fact]
    public void A_factor_of_one_changes_nothing()
    {
        Assert.Equal(Image(), Changed(Image(), i => ColorOperations.Brightness(i, 1)));
        Near(Image(), Changed(Image(), i => ColorOperations.Contrast(i, 1)));
        Near(Image(), Changed(Image(), i => ColorOperations.Saturation(i, 1)));
        Near(Image(), Changed(Image(), i => ColorOperations.Hue(i, 0)));
        Near(Image(), Changed(Image(), i => ColorOperations.Hue(i, 1)));
    }

    [Fact]
    public void Brightness_scales_and_cuts_off() =>
        Near([.. Image().Select(p => Math.Min(1, 1.5f * p))], Changed(Image(), i => ColorOperations.Brightness(i, 1.5f)));

    [Fact]
    public void Contrast_and_saturation_of_nothing_leave_grey()
    {
        var image = Image();
        var luma = Enumerable.Range(0, Plane).Select(i => 0.299f * image[i] + 0.587f * image[Plane + i] + 0.114f * image[2 * Plane + i]).ToArray();
        Near([.. Enumerable.Repeat(luma.Average(), 3 * Plane)], Changed(Image(), i => ColorOperations.Contrast(i, 0)));
        Near([.. luma, .. luma, .. luma], Changed(Image(), i => ColorOperations.Saturation(i, 0)));
    }

    [Fact]
    public void A_third_of_the_circle_takes_every_colour_to_the_next()
    {
        var image = Image();
        Near([.. image[(2 * Plane)..], .. image[..(2 * Plane)]], Changed(Image(), i => ColorOperations.Hue(i, 1 / 3f)));
        Near(image, Changed(Changed(Image(), i => ColorOperations.Hue(i, 0.17f)), i => ColorOperations.Hue(i, -0.17f)));
        float[] grey = [.. image[..Plane], .. image[..Plane], .. image[..Plane]];
        Assert.Equal(grey, Changed([.. grey], i => ColorOperations.Hue(i, 0.3f)));
        // From red over orange to yellow.
        Near([1, 0.5f, 0], Changed([1, 0, 0], i => ColorOperations.Hue(i, 1 / 12f), 1, 1));
    }

    [Fact]
    public void Posterize_keeps_the_upper_bits()
    {
        var bytes = Enumerable.Range(0, 256).Select(i => i / 255f).ToArray();
        Near([.. Enumerable.Range(0, 256).Select(i => (i & 0xF0) / 255f)], Changed([.. bytes], i => ColorOperations.Posterize(i, 4), 16, 16));
        Near(bytes, Changed([.. bytes], i => ColorOperations.Posterize(i, 8), 16, 16));
    }

    [Fact]
    public void Solarize_inverts_the_bright_half() =>
        Near([0, 0.4f, 0.5f, 0.25f], Changed([0, 0.4f, 0.5f, 0.75f], i => ColorOperations.Solarize(i, 0.5f), 2, 2));

    [Fact]
    public void AutoContrast_stretches_every_channel()
    {
        float[] image = [0.2f, 0.4f, 0.6f, 0.3f, 0.3f, 0.3f];
        Near([0, 0.5f, 1, 0.3f, 0.3f, 0.3f], Changed(image, i => ColorOperations.AutoContrast(i), 1, 3));
    }

    [Fact]
    public void Equalize_makes_levels_equally_frequent()
    {
        var random = new RandomStream(1);
        var dark = Enumerable.Range(0, 4096).Select(_ => (float)Math.Pow(random.NextDouble(), 2) * 0.8f).ToArray();
        var flat = Changed([.. dark], i => ColorOperations.Equalize(i), 64, 64);
        for (var quarter = 0; quarter < 4; quarter++)
            Assert.InRange(flat.Count(p => p >= quarter / 4f && p < (quarter + 1) / 4f + (quarter == 3 ? 1 : 0)), 870, 1180);
        // Order is kept.
        Assert.All(Enumerable.Range(0, 4095), i => Assert.False(dark[i] < dark[i + 1] && flat[i] > flat[i + 1]));
        Assert.Equal([0.3f, 0.3f], Changed([0.3f, 0.3f], i => ColorOperations.Equalize(i), 1, 2));
        Assert.Equal([0, 1], Changed([0.3f, 0.4f], i => ColorOperations.Equalize(i), 1, 2));
    }

    [Fact]
    public void An_image_without_colours_has_neither_saturation_nor_hue()
    {
        var grey = Image()[..Plane];
        Assert.Equal(grey, Changed([.. grey], i => ColorOperations.Saturation(i, 0), Height, Width));
        Assert.Equal(grey, Changed([.. grey], i => ColorOperations.Hue(i, 0.3f), Height, Width));
        Near([.. Enumerable.Repeat(grey.Average(), Plane)], Changed([.. grey], i => ColorOperations.Contrast(i, 0), Height, Width));
    }

    internal static float[] Image(int count = 3 * Plane)
    {
        var random = new RandomStream(9);
        return [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble())];
    }

    internal static float[] Changed(float[] pixels, Action<ImagePlanesHolder> change, int height = Height, int width = Width)
    {
        change(new ImagePlanesHolder(pixels, height, width));
        return pixels;
    }

    internal static void Near(float[] expected, float[] actual) => Assert.Equal(expected, actual, (a, b) => Math.Abs(a - b) < 1e-5);
}
