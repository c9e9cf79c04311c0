namespace Fliqs.Data;

/// <summary>Images held in memory as one byte a pixel, as most small data sets come.</summary>
public sealed class ByteImageDataSet : IImageDataSet
{
    private readonly byte[] pixels;
    private readonly byte[] labels;
    private readonly float[] scaled = new float[256];

    /// <summary>Wraps the arrays without copying them.</summary>
    /// <param name="info">The shape and the number of classes.</param>
    /// <param name="pixels">The images one after another, each channel-major (C, H, W).</param>
    /// <param name="labels">One label an image.</param>
    /// <param name="white">The pixel value that becomes 1; larger values do so too. At least 1.</param>
    /// <exception cref="ArgumentException">There is not one image for each label.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label has no class, or <paramref name="white"/> is 0.</exception>
    public ByteImageDataSet(DataSetInfo info, byte[] pixels, byte[] labels, byte white = 255)
    {
        ArgumentOutOfRangeException.ThrowIfZero(white);
        if (pixels.LongLength != (long)labels.Length * info.PixelCount)
            throw new ArgumentException(
                $"{info.Name}: {pixels.Length} pixels are not {labels.Length} images of {info.PixelCount}", nameof(pixels));
        foreach (var label in labels)
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(label, info.Classes, nameof(labels));
        Info = info;
        this.pixels = pixels;
        this.labels = labels;
        for (var value = 0; value < scaled.Length; value++)
            scaled[value] = Math.Min(1, value / (float)white);
    }

    /// <inheritdoc/>
    public DataSetInfo Info { get; }

    /// <inheritdoc/>
    public int Count => labels.Length;

    /// <inheritdoc/>
    public int Read(int index, Span<float> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (pixels.IsEmpty)
            return labels[index];
        if (pixels.Length != Info.PixelCount)
            throw new ArgumentException($"{pixels.Length} pixels given for an image of {Info.PixelCount}", nameof(pixels));
        var source = this.pixels.AsSpan(index * pixels.Length, pixels.Length);
        for (var i = 0; i < source.Length; i++)
            pixels[i] = scaled[source[i]];
        return labels[index];
    }
}
