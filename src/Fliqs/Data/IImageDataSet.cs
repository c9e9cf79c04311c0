namespace Fliqs.Data;

/// <summary>Labelled images of one size, read by index. Implementations can be read from several threads at once.</summary>
public interface IImageDataSet
{
    /// <summary>What the images are: their shape, classes and statistics.</summary>
    DataSetInfo Info { get; }

    /// <summary>The number of images.</summary>
    int Count { get; }

    /// <summary>Reads one image and its label.</summary>
    /// <param name="index">0..<see cref="Count"/> - 1.</param>
    /// <param name="pixels">
    /// Receives the channel-major pixels (C, H, W) in [0, 1] and holds <see cref="DataSetInfo.PixelCount"/> of them, or is
    /// empty when only the label is wanted.
    /// </param>
    /// <returns>The label, 0..<see cref="DataSetInfo.Classes"/> - 1.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The index is out of range.</exception>
    /// <exception cref="ArgumentException">The span is neither empty nor of the image's size.</exception>
    int Read(int index, Span<float> pixels);
}
