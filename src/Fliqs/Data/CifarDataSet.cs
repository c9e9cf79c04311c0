namespace Fliqs.Data;

/// <summary>
/// Reads CIFAR-10 and CIFAR-100 from their binary version. A record is the label, in CIFAR-100 the coarse and then the fine one, and
/// 3,072 bytes: 32x32 pixels of red, then green, then blue.
/// </summary>
public static class CifarDataSet
{
    private static readonly CifarFiles Ten = new(
        "cifar-10-batches-bin", [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")], "test_batch.bin", [10]);

    private static readonly CifarFiles Hundred = new("cifar-100-binary", ["train.bin"], "test.bin", [20, 100]);

    /// <summary>Reads the training and the test images; those of CIFAR-100 get their fine labels.</summary>
    /// <param name="info">What the files hold: 10 or 100 classes of 3x32x32 pixels.</param>
    /// <param name="folder">The folder of the files, or that in which the archive was unpacked.</param>
    /// <exception cref="InputException">A file is missing, damaged or of another data set.</exception>
    public static ImageData Load(DataSetInfo info, string folder)
    {
        var files = FilesOf(info);
        var missing = Missing(info, folder);
        if (missing.Count > 0)
            throw new InputException($"{info.Name}: {folder} lacks {string.Join(", ", missing)};"
                + " give the folder of the binary version with --data-dir FOLDER");
        var place = Place(files, folder);
        return new(
            Read(info, files, [.. files.Train.Select(file => Path.Combine(place, file))]),
            Read(info, files, [Path.Combine(place, files.Test)]));
    }

    /// <summary>The names of the files that are not there.</summary>
    public static IReadOnlyList<string> Missing(DataSetInfo info, string folder)
    {
        var files = FilesOf(info);
        var place = Place(files, folder);
        return [.. files.Train.Append(files.Test).Where(file => !File.Exists(Path.Combine(place, file)))];
    }

    private static CifarFiles FilesOf(DataSetInfo info) => info.Classes == 10 ? Ten : Hundred;

    private static string Place(CifarFiles files, string folder)
    {
        var unpacked = Path.Combine(folder, files.Folder);
        return Directory.Exists(unpacked) ? unpacked : folder;
    }

    private static ByteImageDataSet Read(DataSetInfo info, CifarFiles files, string[] paths)
    {
        var content = Array.ConvertAll(paths, path => ReadFile(info, files, path));
        var record = files.LabelClasses.Length + info.PixelCount;
        var labels = new byte[content.Sum(bytes => bytes.Length / record)];
        var pixels = new byte[(long)labels.Length * info.PixelCount];
        var image = 0;
        foreach (var bytes in content)
            for (var start = 0; start < bytes.Length; start += record, image++)
            {
                labels[image] = bytes[start + files.LabelClasses.Length - 1];
                bytes.AsSpan(start + files.LabelClasses.Length, info.PixelCount).CopyTo(pixels.AsSpan(image * info.PixelCount));
            }
        return new ByteImageDataSet(info, pixels, labels);
    }

    private static byte[] ReadFile(DataSetInfo info, CifarFiles files, string path)
    {
        var record = files.LabelClasses.Length + info.PixelCount;
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check the file and its rights", e);
        }
        if (bytes.Length == 0 || bytes.Length % record != 0)
            throw new InputException($"{path}: has {bytes.Length:N0} bytes, which is no whole number of images of {record:N0} bytes;"
                + " get the file again");
        for (var start = 0; start < bytes.Length; start += record)
            for (var label = 0; label < files.LabelClasses.Length; label++)
                if (bytes[start + label] >= files.LabelClasses[label])
                    throw new InputException($"{path}: image {start / record:N0} has the label {bytes[start + label]} where"
                        + $" {info.Name} has 0 to {files.LabelClasses[label] - 1}; check that the file belongs to {info.Name}");
        return bytes;
    }

    /// <summary>The files of one of the two.</summary>
    /// <param name="Folder">The folder that the archive makes.</param>
    /// <param name="Train">The files of training images.</param>
    /// <param name="Test">The file of test images.</param>
    /// <param name="LabelClasses">How many values each label byte of a record has; the last one is the class.</param>
    private sealed record CifarFiles(string Folder, string[] Train, string Test, int[] LabelClasses);
}
