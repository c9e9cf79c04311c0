using System.Buffers;

namespace Fliqs.Data;

/// <summary>Changes to the shape of an image about its centre, by linear interpolation; what comes in is black.</summary>
internal static class ShapeOperations
{
    /// <summary>Moves every row across by its distance from the centre times <paramref name="slope"/>.</summary>
    public static void ShearAcross(ImagePlanes image, float slope) => Warp(image, 1, slope, 0, 0, 1, 0);

    /// <summary>Moves every column down by its distance from the centre times <paramref name="slope"/>.</summary>
    public static void ShearDown(ImagePlanes image, float slope) => Warp(image, 1, 0, 0, slope, 1, 0);

    /// <summary>Moves the image; what is seen comes from so many pixels further right and down.</summary>
    public static void Translate(ImagePlanes image, float right, float down) => Warp(image, 1, 0, right, 0, 1, down);

    /// <summary>Turns the image.</summary>
    public static void Rotate(ImagePlanes image, float degrees)
    {
        var (sin, cos) = MathF.SinCos(degrees * MathF.PI / 180);
        Warp(image, cos, -sin, 0, sin, cos, 0);
    }

    /// <summary>Away from a blurred image or towards it; the outermost pixels stay as they are.</summary>
    public static void Sharpness(ImagePlanes image, float factor)
    {
        var (width, height) = (image.Width, image.Height);
        var copy = ArrayPool<float>.Shared.Rent(width * height);
        for (var channel = 0; channel < image.Channels; channel++)
        {
            var plane = image[channel];
            plane.CopyTo(copy);
            for (var y = 1; y < height - 1; y++)
                for (var x = 1; x < width - 1; x++)
                {
                    var i = y * width + x;
                    // 3x3 smoothing: 5 in the middle, 1 around it, over 13.
                    var around = copy[i - width - 1] + copy[i - width] + copy[i - width + 1] + copy[i - 1] + copy[i + 1]
                        + copy[i + width - 1] + copy[i + width] + copy[i + width + 1];
                    var smooth = (5 * copy[i] + around) / 13;
                    plane[i] = Math.Clamp(smooth + (copy[i] - smooth) * factor, 0, 1);
                }
        }
        ArrayPool<float>.Shared.Return(copy);
    }

    /// <summary>
    /// The pixel at (x, y) from the centre comes from (xx x + xy y + x0, yx x + yy y + y0).
    /// </summary>
    private static void Warp(ImagePlanes image, float xx, float xy, float x0, float yx, float yy, float y0)
    {
        var (width, height) = (image.Width, image.Height);
        var (centerX, centerY) = ((width - 1) / 2f, (height - 1) / 2f);
        var copy = ArrayPool<float>.Shared.Rent(image.Pixels.Length);
        image.Pixels.CopyTo(copy);
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var fromX = xx * (x - centerX) + xy * (y - centerY) + x0 + centerX;
                var fromY = yx * (x - centerX) + yy * (y - centerY) + y0 + centerY;
                var (left, top) = (MathF.Floor(fromX), MathF.Floor(fromY));
                var (right, below) = (fromX - left, fromY - top);
                for (var channel = 0; channel < image.Channels; channel++)
                {
                    var plane = copy.AsSpan(channel * width * height, width * height);
                    var upper = (1 - right) * At(plane, left, top) + right * At(plane, left + 1, top);
                    var lower = (1 - right) * At(plane, left, top + 1) + right * At(plane, left + 1, top + 1);
                    image[channel][y * width + x] = (1 - below) * upper + below * lower;
                }
            }
        ArrayPool<float>.Shared.Return(copy);

        float At(ReadOnlySpan<float> plane, float x, float y) =>
            x >= 0 && x < width && y >= 0 && y < height ? plane[(int)y * width + (int)x] : 0;
    }
}
