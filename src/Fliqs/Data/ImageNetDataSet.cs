using System.Globalization;

namespace Fliqs.Data;

/// <summary>
/// ImageNet (ILSVRC 2012) as it is unpacked: <c>train/WNID/*.JPEG</c>, and either <c>val/WNID/*.JPEG</c> or all validation images in
/// <c>val</c> with a list of their classes beside it: <c>LOC_val_solution.csv</c> (Kaggle) or
/// <c>imagenet_2012_validation_synset_labels.txt</c> (one WNID a line, by the number in the file's name).
/// </summary>
public static class ImageNetDataSet
{
    internal const int ClassCount = 1000;
    private const string Solution = "LOC_val_solution.csv";
    private const string Synsets = "imagenet_2012_validation_synset_labels.txt";

    /// <summary>Opens the training and the validation images. Nothing is decoded yet.</summary>
    /// <param name="info">What the images are scaled to.</param>
    /// <param name="root">The folder that holds <c>train</c> and <c>val</c>.</param>
    /// <exception cref="InputException">A folder is missing, or it is not ImageNet.</exception>
    public static ImageData Load(DataSetInfo info, string root)
    {
        var folder = ImageFolderDataSet.Require(info.Name, root);
        var classes = ImageFolder.FoldersIn(info.Name, folder);
        if (classes.Count != ClassCount)
            throw new InputException($"{info.Name}: {folder} holds {classes.Count} folders where ImageNet has {ClassCount} classes;"
                + " for other images in folders use --data imagefolder");
        var val = ImageFolderDataSet.Require(info.Name, root, "val");
        return ImageFolder.FoldersIn(info.Name, val).Count > 0
            ? ImageFolderDataSet.Load(info, root, "val")
            : ImageFolderDataSet.Of(info, ImageFolder.List(info.Name, folder), Flat(info.Name, root, val, classes));
    }

    private static ImageFolder Flat(string name, string root, string val, IReadOnlyList<string> classes)
    {
        var images = ImageFolder.ImagesIn(name, val);
        if (images.Count == 0)
            throw new InputException($"{name}: {val} has neither folders nor images; it has to hold val/WNID/*.JPEG");
        var (source, synsets) = Labels(name, root);
        var numbers = classes.Select((wnid, label) => (wnid, label)).ToDictionary(c => c.wnid, c => c.label);
        return ImageFolder.Of(val, classes, images.Select(file =>
            synsets.TryGetValue(Path.GetFileNameWithoutExtension(file), out var wnid) && numbers.TryGetValue(wnid, out var label)
                ? (file, label)
                : throw new InputException($"{name}: {source} gives {Path.Combine(val, file)} "
                    + (wnid is null ? "no class" : $"the class {wnid}, which train does not have") + "; get the list again")));
    }

    /// <summary>The class of every validation image by its name without the extension, and the file that says so.</summary>
    private static (string Source, Dictionary<string, string> Synsets) Labels(string name, string root)
    {
        var (solution, synsets) = (Path.Combine(root, Solution), Path.Combine(root, Synsets));
        if (File.Exists(solution))
            return (solution, Lines(solution).Skip(1).Select(line => line.Split(',')).Where(cells => cells.Length > 1)
                .GroupBy(cells => cells[0]).ToDictionary(g => g.Key, g => g.First()[1].Split(' ')[0]));
        if (File.Exists(synsets))
            return (synsets, Lines(synsets).Select((line, i) => (line, i)).ToDictionary(
                l => string.Create(CultureInfo.InvariantCulture, $"ILSVRC2012_val_{l.i + 1:D8}"), l => l.line.Trim()));
        throw new InputException($"{name}: {Path.Combine(root, "val")} holds images but no folders; sort them into val/WNID/,"
            + $" or put {Solution} or {Synsets} into {root}");
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check the file and its rights", e);
        }
    }
}
