using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>
/// Random changes to training images. Those to a single image leave its label true; they run in the order crop, flip, shift, jitter,
/// RandAugment, each drawing from the image's stream only when it is switched on. Mixup and CutMix join the images of a batch.
/// </summary>
/// <param name="Flip">Mirrors every second image, left to right.</param>
/// <param name="Shift">
/// Moves the image by up to so many pixels in either direction on both axes, black coming in at the edges: the random crop
/// of a zero-padded image. 0 for none.
/// </param>
public sealed record Augmentation(bool Flip = false, int Shift = 0)
{
    /// <summary>The usual least share of the area that a random crop keeps.</summary>
    public const double UsualCrop = 0.08;

    /// <summary>Leaves images as they are.</summary>
    public static Augmentation None { get; } = new();

    /// <summary>
    /// Takes a random part of the image, of at least this share of its area, see <see cref="CropBox.Random"/>; in (0, 1], 0 for none.
    /// </summary>
    public double Crop { get; init; }

    /// <summary>Changes the colours; null for none.</summary>
    public ColorJitter? Jitter { get; init; }

    /// <summary>Operations drawn from a list; null for none.</summary>
    public RandAugment? RandAugment { get; init; }

    /// <summary>
    /// Mixes every image with the next one of the batch, in shares drawn from the beta distribution with both parameters equal to this
    /// (Zhang et al., ICLR 2018); positive, 0 for none. With <see cref="CutMix"/> a fair coin decides which of the two a batch gets.
    /// </summary>
    public double Mixup { get; init; }

    /// <summary>
    /// Pastes a part of the next image of the batch into every image, its share drawn as for <see cref="Mixup"/> (Yun et al., ICCV
    /// 2019); positive, 0 for none.
    /// </summary>
    public double CutMix { get; init; }

    /// <summary>Whether batches have two labels an image.</summary>
    public bool Mixes => Mixup > 0 || CutMix > 0;

    /// <summary>Reads <c>none</c>, or changes joined by <c>+</c>, such as <c>crop:0.2+flip+randaugment:2:9</c>.</summary>
    /// <exception cref="InputException">The text names something else.</exception>
    public static Augmentation Parse(string text) => AugmentationText.Parse(text);

    /// <summary>The text that <see cref="Parse"/> reads back, such as <c>flip+shift:2</c>.</summary>
    public override string ToString() => AugmentationText.Of(this);

    /// <summary>Changes one image in place; all but the crop, which happens when it is read.</summary>
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
        var planes = new ImagePlanes(pixels, info.Channels, info.Height, info.Width);
        Jitter?.Apply(planes, random);
        RandAugment?.Apply(planes, random);
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
}
