namespace Fliqs.Data;

/// <summary>Some images of another data set, in a given order. Nothing is copied.</summary>
/// <param name="source">Where the images are read from.</param>
/// <param name="indices">Which images of <paramref name="source"/>; the order is kept.</param>
public sealed class SubsetDataSet(IImageDataSet source, IReadOnlyList<int> indices) : IImageDataSet
{
    private readonly int[] indices = [.. indices];

    /// <summary>Where the images are read from.</summary>
    public IImageDataSet Source => source;

    /// <summary>Which images of the source these are, in order.</summary>
    public IReadOnlyList<int> Indices => indices;

    /// <inheritdoc/>
    public DataSetInfo Info => source.Info;

    /// <inheritdoc/>
    public int Count => indices.Length;

    /// <inheritdoc/>
    public int Read(int index, Span<float> pixels)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return source.Read(indices[index], pixels);
    }
}
