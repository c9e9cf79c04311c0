namespace Fliqs.Data;

/// <summary>
/// Changes to the colours of an image. A factor of 1 changes nothing, 0 leaves black, grey, or one grey all over, and more than 1
/// exaggerates. What leaves [0, 1] is cut off.
/// </summary>
internal static class ColorOperations
{
    private const int Levels = 256;

    /// <summary>Away from black or towards it.</summary>
    public static void Brightness(ImagePlanes image, float factor)
    {
        foreach (ref var pixel in image.Pixels)
            pixel = Math.Clamp(pixel * factor, 0, 1);
    }

    /// <summary>Away from the mean luma of the image or towards it.</summary>
    public static void Contrast(ImagePlanes image, float factor)
    {
        var (sum, count) = (0.0, image.Height * image.Width);
        for (var i = 0; i < count; i++)
            sum += image.Luma(i);
        var mean = (float)(sum / count);
        foreach (ref var pixel in image.Pixels)
            pixel = Math.Clamp(mean + (pixel - mean) * factor, 0, 1);
    }

    /// <summary>Away from grey or towards it; changes nothing in images without colours.</summary>
    public static void Saturation(ImagePlanes image, float factor)
    {
        if (!image.IsColored)
            return;
        var (red, green, blue) = image;
        for (var i = 0; i < red.Length; i++)
        {
            var grey = image.Luma(i);
            red[i] = Math.Clamp(grey + (red[i] - grey) * factor, 0, 1);
            green[i] = Math.Clamp(grey + (green[i] - grey) * factor, 0, 1);
            blue[i] = Math.Clamp(grey + (blue[i] - grey) * factor, 0, 1);
        }
    }

    /// <summary>Turns the hue by a share of the colour circle, keeping saturation and value; nothing without colours.</summary>
    public static void Hue(ImagePlanes image, float turn)
    {
        if (!image.IsColored)
            return;
        var (red, green, blue) = image;
        for (var i = 0; i < red.Length; i++)
        {
            var (value, least) = (Math.Max(red[i], Math.Max(green[i], blue[i])), Math.Min(red[i], Math.Min(green[i], blue[i])));
            var chroma = value - least;
            if (chroma <= 0)
                continue;
            // In sixths of the circle, from red.
            var hue = value == red[i] ? (green[i] - blue[i]) / chroma
                : value == green[i] ? 2 + (blue[i] - red[i]) / chroma
                : 4 + (red[i] - green[i]) / chroma;
            hue += 6 * turn;
            (red[i], green[i], blue[i]) = (Channel(5), Channel(3), Channel(1));

            float Channel(int offset)
            {
                var at = (offset + hue) % 6;
                at = at < 0 ? at + 6 : at;
                return value - chroma * Math.Clamp(Math.Min(at, 4 - at), 0, 1);
            }
        }
    }

    /// <summary>Keeps that many of the 8 bits of every value.</summary>
    public static void Posterize(ImagePlanes image, int bits)
    {
        var step = 1 << (8 - bits);
        foreach (ref var pixel in image.Pixels)
            pixel = Level(pixel) / step * step / (Levels - 1f);
    }

    /// <summary>Inverts what is at least as bright as the threshold.</summary>
    public static void Solarize(ImagePlanes image, float threshold)
    {
        foreach (ref var pixel in image.Pixels)
            pixel = pixel >= threshold ? 1 - pixel : pixel;
    }

    /// <summary>Stretches every channel over the whole range.</summary>
    public static void AutoContrast(ImagePlanes image)
    {
        for (var channel = 0; channel < image.Channels; channel++)
        {
            var (least, most) = (float.PositiveInfinity, float.NegativeInfinity);
            foreach (var pixel in image[channel])
                (least, most) = (Math.Min(least, pixel), Math.Max(most, pixel));
            if (most <= least)
                continue;
            foreach (ref var pixel in image[channel])
                pixel = (pixel - least) / (most - least);
        }
    }

    /// <summary>Makes the values of every channel about equally frequent, in 256 levels.</summary>
    public static void Equalize(ImagePlanes image)
    {
        Span<int> counts = stackalloc int[Levels];
        Span<float> levels = stackalloc float[Levels];
        for (var channel = 0; channel < image.Channels; channel++)
        {
            counts.Clear();
            foreach (var pixel in image[channel])
                counts[Level(pixel)]++;
            // The darkest level that occurs becomes 0 and the brightest 1.
            var darkest = counts[counts.IndexOfAnyExcept(0)];
            var (below, rest) = (0, image[channel].Length - darkest);
            if (rest == 0)
                continue;
            for (var level = 0; level < Levels; level++)
            {
                below += counts[level];
                levels[level] = Math.Max(0, below - darkest) / (float)rest;
            }
            foreach (ref var pixel in image[channel])
                pixel = levels[Level(pixel)];
        }
    }

    private static int Level(float value) => (int)(Math.Clamp(value, 0, 1) * (Levels - 1) + 0.5f);
}
