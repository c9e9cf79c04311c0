using System.Globalization;
using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>
/// Random changes to a training image that leave its label true. They run in the order of the parameters, each drawing from
/// the stream only when it is switched on.
/// </summary>
/// <param name="Flip">Mirrors every second image, left to right.</param>
/// <param name="Shift">
/// Moves the image by up to so many pixels in either direction on both axes, black coming in at the edges: the random crop
/// of a zero-padded image. 0 for none.
/// </param>
public sealed record Augmentation(bool Flip = false, int Shift = 0)
{
    private const int UsualShift = 2;

    /// <summary>Leaves images as they are.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>
    /// Reads <c>none</c>, or <c>flip</c> and <c>shift</c> joined by <c>+</c>. <c>shift</c> is 2 pixels, <c>shift:4</c> is 4.
    /// </summary>
    /// <exception cref="InputException">The text names something else.</exception>
    public static Augmentation Parse(string text)
    {
        var result = None;
        foreach (var name in text.Split('+', StringSplitOptions.TrimEntries))
        {
            result = name.Split(':') switch
            {
                ["none"] when name == text.Trim() => result,
                ["flip"] when !result.Flip => result with { Flip = true },
                ["shift"] when result.Shift == 0 => result with { Shift = UsualShift },
                ["shift", var number] when result.Shift == 0 && ParsePixels(number) is { } pixels =>
                    result with { Shift = pixels },
                _ => throw new InputException($"augmentation '{text}': '{name}' is not understood;"
                    + " write none, flip, shift, shift:PIXELS or flip+shift"),
            };
        }
        return result;
    }

    /// <summary>The text that <see cref="Parse"/> reads back, such as <c>flip+shift:2</c>.</summary>
    public override string ToString() => (Flip, Shift) switch
    {
        (false, 0) => "none",
        (true, 0) => "flip",
        (false, _) => $"shift:{Shift}",
        _ => $"flip+shift:{Shift}",
    };

    /// <summary>Changes one image in place.</summary>
    /// <param name="pixels">Channel-major pixels (C, H, W) in [0, 1], 0 being black.</param>
    /// <param name="info">The shape of the image; the shift must be less than its height and width.</param>
    /// <param name="random">The image's own stream.</param>
    public void Apply(Span<float> pixels, DataSetInfo info, RandomStream random)
    {
        if (Flip && random.NextInt(2) == 1)
            Mirror(pixels, info.Width);
        if (Shift > 0)
        {
            var down = random.NextInt(2 * Shift + 1) - Shift;
            var right = random.NextInt(2 * Shift + 1) - Shift;
            var plane = info.Height * info.Width;
            for (var start = 0; start < pixels.Length; start += plane)
                Move(pixels.Slice(start, plane), info.Width, down, right);
        }
    }

    /// <summary>Mirrors every row.</summary>
    internal static void Mirror(Span<float> pixels, int width)
    {
        for (var start = 0; start < pixels.Length; start += width)
            pixels.Slice(start, width).Reverse();
    }

    /// <summary>Moves one channel down and to the right, or the other way where negative; what comes in is black.</summary>
    internal static void Move(Span<float> plane, int width, int down, int right)
    {
        Slide(plane, down * width);
        for (var start = 0; start < plane.Length; start += width)
            Slide(plane.Slice(start, width), right);
    }

    private static void Slide(Span<float> values, int by)
    {
        if (by > 0)
        {
            values[..^by].CopyTo(values[by..]);
            values[..by].Clear();
        }
        else if (by < 0)
        {
            values[-by..].CopyTo(values);
            values[^-by..].Clear();
        }
    }

    private static int? ParsePixels(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) && pixels > 0 ? pixels : null;
}
