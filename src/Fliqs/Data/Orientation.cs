using SkiaSharp;

namespace Fliqs.Data;

/// <summary>
/// How a stored picture is to be looked at, by the orientation that cameras write into EXIF: turned over its main diagonal or not,
/// then mirrored left to right or not, then top to bottom or not.
/// </summary>
internal static class Orientation
{
    /// <summary>Whether width and height change places.</summary>
    public static bool IsTurned(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>The part of the stored picture that is seen as <paramref name="seen"/>.</summary>
    /// <param name="origin">The orientation.</param>
    /// <param name="seen">A part of the picture as it is looked at.</param>
    /// <param name="width">Of the picture as it is looked at.</param>
    /// <param name="height">Of the picture as it is looked at.</param>
    public static CropBox ToStored(SKEncodedOrigin origin, CropBox seen, int width, int height)
    {
        var left = IsMirrored(origin) ? width - seen.Left - seen.Width : seen.Left;
        var top = IsUpsideDown(origin) ? height - seen.Top - seen.Height : seen.Top;
        return IsTurned(origin) ? new(top, left, seen.Height, seen.Width) : new(left, top, seen.Width, seen.Height);
    }

    /// <summary>Turns a square that was cut out of the stored picture into what is seen.</summary>
    /// <param name="origin">The orientation.</param>
    /// <param name="pixels">Channels of size * size values.</param>
    /// <param name="size">Height and width.</param>
    public static void Apply(SKEncodedOrigin origin, Span<float> pixels, int size)
    {
        if (origin == SKEncodedOrigin.TopLeft)
            return;
        for (var start = 0; start < pixels.Length; start += size * size)
        {
            var plane = pixels.Slice(start, size * size);
            if (IsTurned(origin))
                Transpose(plane, size);
            // All rows in reverse order and each of them mirrored is the whole plane in reverse order.
            if (IsUpsideDown(origin))
                plane.Reverse();
            if (IsMirrored(origin) != IsUpsideDown(origin))
                Augmentation.Mirror(plane, size);
        }
    }

    private static bool IsMirrored(SKEncodedOrigin origin) => origin is SKEncodedOrigin.TopRight
        or SKEncodedOrigin.BottomRight or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom;

    private static bool IsUpsideDown(SKEncodedOrigin origin) => origin is SKEncodedOrigin.BottomRight
        or SKEncodedOrigin.BottomLeft or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;

    private static void Transpose(Span<float> plane, int size)
    {
        for (var y = 0; y < size; y++)
            for (var x = 0; x < y; x++)
                (plane[y * size + x], plane[x * size + y]) = (plane[x * size + y], plane[y * size + x]);
    }
}
