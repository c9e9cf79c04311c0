using System.Numerics;
using System.Runtime.InteropServices;
using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>
/// Joins every image of a batch with the next one, the last with the first. The order of a batch is random, so the partner is, too.
/// The image that keeps the larger share gives the first label.
/// </summary>
internal static class BatchMixing
{
    /// <summary>Mixes a batch in place.</summary>
    /// <param name="images">All images, each channel-major.</param>
    /// <param name="labels">Their labels; afterwards those of the larger share.</param>
    /// <param name="others">Receives the labels of the smaller share.</param>
    /// <param name="info">The shape of an image.</param>
    /// <param name="augmentation">Which way, and how much.</param>
    /// <param name="random">The batch's own stream.</param>
    /// <returns>The larger share, from 0.5 to 1.</returns>
    public static double Apply(
        Span<float> images, Span<long> labels, Span<long> others, DataSetInfo info, Augmentation augmentation, RandomStream random)
    {
        labels[1..].CopyTo(others);
        others[^1] = labels[0];
        var cut = augmentation.CutMix > 0 && (augmentation.Mixup == 0 || random.NextInt(2) == 1);
        var share = BetaShare(cut ? augmentation.CutMix : augmentation.Mixup, random);
        if (!cut)
        {
            // Either image of a pair may be the next one, so nothing is lost if the larger share never goes to it.
            share = Math.Max(share, 1 - share);
            ForPairs(images, info.PixelCount, (image, next) => Blend(image, next, (float)share));
            return share;
        }
        var (left, top, right, bottom) = Box(info, share, random);
        ForPairs(images, info.PixelCount, (image, next) => Paste(image, next, info, left, top, right, bottom));
        share = 1 - (right - left) * (bottom - top) / ((double)info.Height * info.Width);
        if (share >= 0.5)
            return share;
        for (var i = 0; i < labels.Length; i++)
            (labels[i], others[i]) = (others[i], labels[i]);
        return 1 - share;
    }

    /// <summary>A part whose area is what is not kept, its centre anywhere; what sticks out is left off.</summary>
    internal static (int Left, int Top, int Right, int Bottom) Box(DataSetInfo info, double share, RandomStream random)
    {
        var side = Math.Sqrt(1 - share);
        var (halfWidth, halfHeight) = ((int)(info.Width * side / 2), (int)(info.Height * side / 2));
        var (x, y) = (random.NextInt(info.Width), random.NextInt(info.Height));
        return (Math.Max(0, x - halfWidth), Math.Max(0, y - halfHeight),
            Math.Min(info.Width, x + halfWidth), Math.Min(info.Height, y + halfHeight));
    }

    /// <summary>
    /// Drawn from the beta distribution with both parameters equal to <paramref name="alpha"/>, from two gamma distributed numbers.
    /// Their logarithms keep it exact where both would be too small for a number.
    /// </summary>
    internal static double BetaShare(double alpha, RandomStream random)
    {
        var (first, second) = (LogGamma(alpha, random), LogGamma(alpha, random));
        return 1 / (1 + Math.Exp(second - first));
    }

    /// <summary>The logarithm of a gamma distributed number (Marsaglia, Tsang; ACM TOMS 2000).</summary>
    private static double LogGamma(double shape, RandomStream random)
    {
        // Of shape + 1, which the method needs; a power of a uniform number leads back.
        var d = shape + 1 - 1 / 3.0;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = random.NextGaussian();
            var v = 1 + c * normal;
            if (v <= 0)
                continue;
            v = v * v * v;
            if (Math.Log(1 - random.NextDouble()) < normal * normal / 2 + d - d * v + d * Math.Log(v))
                return Math.Log(d * v) + Math.Log(1 - random.NextDouble()) / shape;
        }
    }

    /// <summary>Every image with the next one as it was before.</summary>
    private static void ForPairs(Span<float> images, int size, PairAction action)
    {
        var first = images[..size].ToArray();
        for (var start = 0; start < images.Length; start += size)
            action(images.Slice(start, size), start + size < images.Length ? images.Slice(start + size, size) : first);
    }

    private static void Blend(Span<float> image, ReadOnlySpan<float> next, float share)
    {
        var wide = MemoryMarshal.Cast<float, Vector<float>>(image);
        var wideNext = MemoryMarshal.Cast<float, Vector<float>>(next);
        for (var i = 0; i < wide.Length; i++)
            wide[i] = wide[i] * share + wideNext[i] * (1 - share);
        for (var i = wide.Length * Vector<float>.Count; i < image.Length; i++)
            image[i] = image[i] * share + next[i] * (1 - share);
    }

    private static void Paste(Span<float> image, ReadOnlySpan<float> next, DataSetInfo info, int left, int top, int right, int bottom)
    {
        for (var channel = 0; channel < info.Channels; channel++)
            for (var y = top; y < bottom; y++)
            {
                var row = (channel * info.Height + y) * info.Width;
                next[(row + left)..(row + right)].CopyTo(image[(row + left)..]);
            }
    }

    private delegate void PairAction(Span<float> image, ReadOnlySpan<float> next);
}
