namespace Fliqs.Data;

/// <summary>The image files in a folder: classes are its folders in the order of their names, byte by byte.</summary>
internal sealed class ImageFolder
{
    private const int Named = 3;
    private static readonly string[] Extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    private ImageFolder(string root, IReadOnlyList<string> classes, string[] files, int[] labels, List<string> passedOver) =>
        (Root, Classes, Files, Labels, PassedOver) = (root, classes, files, labels, passedOver);

    /// <summary>Where the files are.</summary>
    public string Root { get; }

    /// <summary>The names of the classes.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The paths of the images below the root, class after class, by name within a class.</summary>
    public string[] Files { get; }

    /// <summary>The class of every image.</summary>
    public int[] Labels { get; }

    /// <summary>Files that are no images by their names.</summary>
    public IReadOnlyList<string> PassedOver { get; }

    /// <summary>One line on what was passed over; null if nothing was.</summary>
    public string? Note => PassedOver.Count == 0 ? null
        : $"{Root}: {PassedOver.Count} {(PassedOver.Count == 1 ? "entry is" : "entries are")} no images by name and passed over:"
            + $" {string.Join(", ", PassedOver.Take(Named))}{(PassedOver.Count > Named ? ", ..." : "")}";

    /// <summary>The folders in a folder, in order; hidden ones do not count.</summary>
    /// <exception cref="InputException">The folder cannot be listed.</exception>
    public static IReadOnlyList<string> FoldersIn(string name, string root) => Sorted(name, root, Directory.EnumerateDirectories);

    /// <summary>The image files directly in a folder, in order.</summary>
    /// <exception cref="InputException">The folder cannot be listed.</exception>
    public static IReadOnlyList<string> ImagesIn(string name, string root) =>
        [.. Sorted(name, root, Directory.EnumerateFiles).Where(IsImage)];

    /// <summary>Lists the folders of the classes.</summary>
    /// <param name="name">The data set, for messages.</param>
    /// <param name="root">The folder that holds a folder for every class.</param>
    /// <exception cref="InputException">There are no classes, or one has no images.</exception>
    public static ImageFolder List(string name, string root)
    {
        var classes = FoldersIn(name, root);
        if (classes.Count == 0)
            throw new InputException($"{name}: {root} has no folders; it has to hold one folder of images for every class");
        var (files, labels, passedOver) = (new List<string>(), new List<int>(), new List<string>());
        for (var label = 0; label < classes.Count; label++)
        {
            var before = files.Count;
            foreach (var entry in Sorted(name, Path.Combine(root, classes[label]), Directory.EnumerateFileSystemEntries))
                (IsImage(entry) ? files : passedOver).Add(Path.Combine(classes[label], entry));
            if (files.Count == before)
                throw new InputException($"{name}: the class {Path.Combine(root, classes[label])} has no images"
                    + $" ({string.Join(' ', Extensions)}); put some there or remove the folder");
            labels.AddRange(Enumerable.Repeat(label, files.Count - before));
        }
        return new ImageFolder(root, classes, [.. files], [.. labels], passedOver);
    }

    /// <summary>Takes a list of files whose classes are known from elsewhere.</summary>
    public static ImageFolder Of(string root, IReadOnlyList<string> classes, IEnumerable<(string File, int Label)> images)
    {
        var sorted = images.OrderBy(i => i.Label).ThenBy(i => i.File, StringComparer.Ordinal).ToList();
        return new ImageFolder(root, classes, [.. sorted.Select(i => i.File)], [.. sorted.Select(i => i.Label)], []);
    }

    private static bool IsImage(string file) => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static List<string> Sorted(
        string name, string folder, Func<string, string, EnumerationOptions, IEnumerable<string>> entries)
    {
        try
        {
            return [.. entries(folder, "*", new EnumerationOptions { IgnoreInaccessible = false })
                .Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{name}: {folder} cannot be listed ({e.Message.TrimEnd('.')}); check --data-dir", e);
        }
    }
}
