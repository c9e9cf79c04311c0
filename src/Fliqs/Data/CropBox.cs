using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>The part of an image that is scaled to the size of the input, in pixels of the image; fractions are allowed.</summary>
/// <param name="Left">Distance from the left edge.</param>
/// <param name="Top">Distance from the upper edge.</param>
/// <param name="Width">Positive.</param>
/// <param name="Height">Positive.</param>
public readonly record struct CropBox(double Left, double Top, double Width, double Height)
{
    private const double WidestAspect = 4 / 3.0;
    private const int Attempts = 10;

    /// <summary>
    /// The usual view of a test image: its short side is scaled to <paramref name="size"/> / <paramref name="share"/> pixels,
    /// rounded down, and the middle of it cut out. With 224 and 0.875 this is 224 of 256 pixels, as in the references of
    /// torchvision.
    /// </summary>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    /// <param name="size">Height and width of the input.</param>
    /// <param name="share">The share of the short side that is seen, in (0, 1].</param>
    public static CropBox Center(int width, int height, int size, double share)
    {
        var side = Math.Max(size, (int)(size / share));
        var (scaledWidth, scaledHeight) = width <= height
            ? (side, (int)((long)side * height / width))
            : ((int)((long)side * width / height), side);
        var (across, down) = (width / (double)scaledWidth, height / (double)scaledHeight);
        return new(
            Math.Round((scaledWidth - size) / 2.0) * across, Math.Round((scaledHeight - size) / 2.0) * down,
            size * across, size * down);
    }

    /// <summary>
    /// A random part of a training image: a share of its area drawn uniformly, an aspect ratio from 3/4 to 4/3 drawn uniformly in
    /// the logarithm, anywhere (Szegedy et al., CVPR 2015). After ten draws that stick out it is the largest part in the middle
    /// with an allowed aspect ratio, as in torchvision.
    /// </summary>
    /// <param name="width">Of the image, in pixels.</param>
    /// <param name="height">Of the image, in pixels.</param>
    /// <param name="leastShare">The smallest share of the area, in (0, 1].</param>
    /// <param name="random">The image's own stream.</param>
    public static CropBox Random(int width, int height, double leastShare, RandomStream random)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = (leastShare + (1 - leastShare) * random.NextDouble()) * width * height;
            var aspect = Math.Pow(WidestAspect, 2 * random.NextDouble() - 1);
            var (across, down) = ((int)Math.Round(Math.Sqrt(area * aspect)), (int)Math.Round(Math.Sqrt(area / aspect)));
            if (across > 0 && across <= width && down > 0 && down <= height)
                return new(random.NextInt(width - across + 1), random.NextInt(height - down + 1), across, down);
        }
        var (w, h) = (Math.Min(width, height * WidestAspect), Math.Min(height, width * WidestAspect));
        return new((width - w) / 2, (height - h) / 2, w, h);
    }
}
