namespace Fliqs.Data;

/// <summary>
/// Images in files, decoded while they are read: JPEG, PNG, BMP or WebP, whatever the name says. Grey becomes red, green and blue,
/// transparency is dropped, the orientation that cameras note is followed. In the place of a file that cannot be read stands the
/// next one of the same class that can: the label is right, and which one it is depends on nothing but the files.
/// </summary>
public sealed class ImageFolderDataSet : IFramedDataSet
{
    private const string TrainFolder = "train";
    private readonly ImageFolder folder;
    private readonly UnreadableImages unreadable;

    internal ImageFolderDataSet(DataSetInfo info, ImageFolder folder, UnreadableImages unreadable) =>
        (Info, this.folder, this.unreadable) = (info, folder, unreadable);

    /// <inheritdoc/>
    public DataSetInfo Info { get; }

    /// <inheritdoc/>
    public int Count => folder.Files.Length;

    /// <summary>The names of the classes, in the order of the labels.</summary>
    public IReadOnlyList<string> Classes => folder.Classes;

    /// <summary>
    /// Opens <c>train</c> and <c>test</c> in a folder, or <c>train</c> and <c>val</c> if there is no <c>test</c>: each holds a
    /// folder of images for every class. Nothing is decoded yet.
    /// </summary>
    /// <param name="info">What the images are scaled to. Its classes must be as many as there are folders.</param>
    /// <param name="root">The folder.</param>
    /// <exception cref="InputException">A folder is missing or empty, or the classes differ.</exception>
    public static ImageData Load(DataSetInfo info, string root) =>
        Load(info, root, Directory.Exists(Path.Combine(root, "test")) ? "test" : "val");

    /// <summary>Opens <c>train</c> and another folder.</summary>
    internal static ImageData Load(DataSetInfo info, string root, string part)
    {
        var train = ImageFolder.List(info.Name, Require(info.Name, root));
        var test = ImageFolder.List(info.Name, Require(info.Name, root, part));
        if (!train.Classes.SequenceEqual(test.Classes))
        {
            var odd = train.Classes.Except(test.Classes).Concat(test.Classes.Except(train.Classes)).ToList();
            throw new InputException($"{info.Name}: {train.Root} and {test.Root} have to hold the same classes, but only one of"
                + $" them has {string.Join(", ", odd.Take(3))}{(odd.Count > 3 ? $" and {odd.Count - 3} more" : "")}");
        }
        return Of(info, train, test);
    }

    /// <summary>The number of classes of the images in a folder, without listing the images.</summary>
    /// <exception cref="InputException">There are fewer than two.</exception>
    internal static int CountClasses(string name, string root)
    {
        var train = Require(name, root);
        var count = ImageFolder.FoldersIn(name, train).Count;
        return count >= 2 ? count : throw new InputException(
            $"{name}: {train} has {(count == 0 ? "no folder" : "one folder")}; it has to hold one folder of images for every class");
    }

    /// <summary>Whether a folder looks like one that can be opened.</summary>
    internal static bool IsIn(string root) => Directory.Exists(Path.Combine(root, TrainFolder))
        && (Directory.Exists(Path.Combine(root, "test")) || Directory.Exists(Path.Combine(root, "val")));

    internal static ImageData Of(DataSetInfo info, ImageFolder train, ImageFolder test)
    {
        var unreadable = new UnreadableImages();
        info = info with { Classes = train.Classes.Count };
        return new(new ImageFolderDataSet(info, train, unreadable), new ImageFolderDataSet(info, test, unreadable))
        {
            Unreadable = unreadable,
            Notes = [.. new[] { train.Note, test.Note }.OfType<string>()],
        };
    }

    /// <summary>The folder of the training images.</summary>
    internal static string Require(string name, string root, string part = TrainFolder)
    {
        var path = Path.Combine(root, part);
        return Directory.Exists(path) ? path : throw new InputException(
            $"{name}: there is no folder {path}; give with --data-dir the folder that holds train/CLASS/ and val/CLASS/");
    }

    /// <inheritdoc/>
    public int Read(int index, Span<float> pixels) =>
        ReadPart(index, pixels, (width, height) => CropBox.Center(width, height, Info.Height, Info.EvalCrop));

    /// <inheritdoc/>
    public int ReadPart(int index, Span<float> pixels, Func<int, int, CropBox> frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        var label = folder.Labels[index];
        if (pixels.IsEmpty)
            return label;
        if (pixels.Length != Info.PixelCount)
            throw new ArgumentException($"{pixels.Length} pixels given for an image of {Info.PixelCount}", nameof(pixels));
        var candidate = index;
        while (ImageDecoder.Read(PathOf(candidate), pixels, Info.Height, frame) is { } reason)
        {
            unreadable.Add(PathOf(candidate), reason);
            candidate = NextOfClass(candidate);
            if (candidate == index)
                throw new InputException($"{Info.Name}: no image of the class {Path.Combine(folder.Root, Classes[label])} can be read;"
                    + $" {PathOf(index)} {reason}");
        }
        return label;
    }

    private string PathOf(int index) => Path.Combine(folder.Root, folder.Files[index]);

    /// <summary>The images of a class lie together; after its last one comes its first one.</summary>
    private int NextOfClass(int index)
    {
        var label = folder.Labels[index];
        if (index + 1 < Count && folder.Labels[index + 1] == label)
            return index + 1;
        while (index > 0 && folder.Labels[index - 1] == label)
            index--;
        return index;
    }
}
