namespace Fliqs.Data;

/// <summary>
/// Reads a data set of the MNIST family from its four IDX files, each plain or gzipped: <c>train-images-idx3-ubyte</c>,
/// <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and <c>t10k-labels-idx1-ubyte</c>.
/// </summary>
public static class IdxDataSet
{
    private const string TrainPrefix = "train";
    private const string TestPrefix = "t10k";

    /// <summary>Reads the training and the test images.</summary>
    /// <param name="info">What the files must hold: the size of the images and the number of classes.</param>
    /// <param name="folder">The folder of the four files.</param>
    /// <exception cref="InputException">A file is missing, damaged or does not fit <paramref name="info"/>.</exception>
    public static ImageData Load(DataSetInfo info, string folder)
    {
        var missing = Missing(folder);
        if (missing.Count > 0)
            throw new InputException($"{info.Name}: {folder} lacks {string.Join(", ", missing)}"
                + " (each may also end in .gz); give the folder that has them with --data-dir FOLDER");
        return new(Read(info, folder, TrainPrefix), Read(info, folder, TestPrefix));
    }

    /// <summary>The names of those of the four files that the folder has neither plain nor gzipped.</summary>
    public static IReadOnlyList<string> Missing(string folder)
    {
        string[] names = [Images(TrainPrefix), Labels(TrainPrefix), Images(TestPrefix), Labels(TestPrefix)];
        return [.. names.Where(name => IdxFile.Find(folder, name) is null)];
    }

    private static string Images(string prefix) => $"{prefix}-images-idx3-ubyte";

    private static string Labels(string prefix) => $"{prefix}-labels-idx1-ubyte";

    private static ByteImageDataSet Read(DataSetInfo info, string folder, string prefix)
    {
        var labels = IdxFile.Read(Require(folder, Labels(prefix)), rank: 1);
        var images = IdxFile.Read(Require(folder, Images(prefix)), rank: 3);
        var (count, height, width) = (images.Dimensions[0], images.Dimensions[1], images.Dimensions[2]);
        if (height != info.Height || width != info.Width)
            throw new InputException($"{images.Path}: the images are {height}x{width} pixels where {info.Name} has"
                + $" {info.Height}x{info.Width}; check that the file belongs to {info.Name}");
        if (count != labels.Dimensions[0])
            throw new InputException($"{images.Path}: holds {count:N0} images but {labels.Path} holds"
                + $" {labels.Dimensions[0]:N0} labels; get both files from the same source");
        var wrong = labels.Elements.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)Math.Min(255, info.Classes - 1));
        if (wrong >= 0)
            throw new InputException($"{labels.Path}: label {wrong:N0} is {labels.Elements[wrong]} where {info.Name} has the"
                + $" classes 0 to {info.Classes - 1}; check that the file belongs to {info.Name}");
        return new ByteImageDataSet(info, images.Elements, labels.Elements);
    }

    private static string Require(string folder, string name) => IdxFile.Find(folder, name)
        ?? throw new InputException($"{Path.Combine(folder, name)}: is not there any more; put it back");
}
