namespace Fliqs.Data;

/// <summary>
/// Images that have sizes of their own and are scaled while they are read. <see cref="IImageDataSet.Read"/> gives the usual view
/// of a test image; this one gives any part.
/// </summary>
public interface IFramedDataSet : IImageDataSet
{
    /// <summary>Reads a part of one image, scaled to the size of the input.</summary>
    /// <param name="index">0..<see cref="IImageDataSet.Count"/> - 1.</param>
    /// <param name="pixels">As for <see cref="IImageDataSet.Read"/>.</param>
    /// <param name="frame">
    /// The part to read, from width and height of the image. It is called again where another image takes the place of one that
    /// cannot be read, so its answer must depend on nothing else.
    /// </param>
    /// <returns>The label.</returns>
    int ReadPart(int index, Span<float> pixels, Func<int, int, CropBox> frame);
}
