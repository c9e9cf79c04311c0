using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>The data sets that can be asked for by name, and where they are looked for.</summary>
public static class DataSetCatalog
{
    private const string FourFiles = "--data-dir FOLDER with the four IDX files, plain or gzipped";
    private const int UsualInput = 224;
    private const double UsualEvalCrop = 0.875;

    private static readonly KnownDataSet[] Entries =
    [
        new(DigitsDataSet.Info, "handwritten digits, 1,442 training and 355 test images", "nothing to get, it is built in",
            (_, _) => DigitsDataSet.Load(), (_, _) => true)
        {
            Embedded = true,
        },
        Idx(Grey28("fashion-mnist", mean: 0.2860f, std: 0.3530f, new Augmentation(Flip: true, Shift: 2),
                "Fashion-MNIST, H. Xiao, K. Rasul, R. Vollgraf, Zalando SE, MIT (Expat) licence"),
            "articles of clothing, 60,000 training and 10,000 test images",
            $"the Debian package dataset-fashion-mnist, or {FourFiles}") with
        {
            Folder = "/usr/share/datasets/fashion-mnist",
        },
        Idx(Grey28("mnist", mean: 0.1307f, std: 0.3081f, new Augmentation(Shift: 2),
                "The MNIST database of handwritten digits, Y. LeCun, C. Cortes, C. J. C. Burges"),
            "handwritten digits, 60,000 training and 10,000 test images", FourFiles),
        Idx(Grey28("kmnist", mean: 0.1918f, std: 0.3483f, new Augmentation(Shift: 2),
                "KMNIST, T. Clanuwat et al., CODH, adapted from the Kuzushiji Dataset (NIJL and others), CC BY-SA 4.0"),
            "cursive Japanese characters, 60,000 training and 10,000 test images", FourFiles),
        Cifar("cifar10", classes: 10, [0.4914f, 0.4822f, 0.4465f], [0.2470f, 0.2435f, 0.2616f]),
        Cifar("cifar100", classes: 100, [0.5071f, 0.4865f, 0.4409f], [0.2673f, 0.2564f, 0.2762f]),
        new(Photographs("imagefolder", classes: 0, "yours"), "images of your own, a folder for every class",
            "--data-dir FOLDER with train/CLASS/ and val/CLASS/ (or test/CLASS/), of JPEG, PNG, BMP or WebP files",
            ImageFolderDataSet.Load, (_, folder) => ImageFolderDataSet.IsIn(folder))
        {
            CountClasses = ImageFolderDataSet.CountClasses,
        },
        new(Photographs("imagenet", ImageNetDataSet.ClassCount,
                "ImageNet ILSVRC 2012, O. Russakovsky et al., IJCV 2015, for non-commercial research and education"),
            "photographs, 1,281,167 training and 50,000 validation images",
            "--data-dir FOLDER with train/WNID/*.JPEG and val/WNID/*.JPEG, after registering at image-net.org",
            ImageNetDataSet.Load, (_, folder) => ImageFolderDataSet.IsIn(folder)),
    ];

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Info.Name)];

    /// <summary>Opens a data set.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="dataDir">The folder of its files; null looks in its usual place. The embedded digits need none.</param>
    /// <exception cref="InputException">The name is unknown, or its files are missing or damaged.</exception>
    public static ImageData Load(string name, string? dataDir = null) => Load(new DataRequest(name, dataDir));

    /// <summary>Opens a data set.</summary>
    /// <exception cref="InputException">The name is unknown, or its files are missing or damaged.</exception>
    public static ImageData Load(DataRequest request)
    {
        var entry = Find(request.Name);
        var folder = entry.Embedded ? "" : entry.Place(request.Folder);
        return entry.Read(Info(request), folder);
    }

    /// <summary>The shape, statistics and origin of a data set, without reading it.</summary>
    /// <exception cref="InputException">The name is unknown.</exception>
    public static DataSetInfo Info(string name) => Info(new DataRequest(name));

    /// <summary>
    /// The shape, statistics and origin of a data set, without reading its images. Only where the number of classes is not given and
    /// depends on the files is its folder looked at.
    /// </summary>
    /// <exception cref="InputException">The name is unknown, or what is asked for does not fit.</exception>
    public static DataSetInfo Info(DataRequest request)
    {
        var (entry, workers) = (Find(request.Name), request.Workers);
        if (!entry.Info.AnySize)
            return request.EvalCrop is null ? entry.Info with { Workers = workers ?? 1 } : throw new InputException(
                $"eval-crop {request.EvalCrop}: the images of {request.Name} have one size and are seen whole; leave it out");
        return entry.Info with
        {
            Classes = entry.Classes(request),
            Height = request.Input ?? UsualInput,
            Width = request.Input ?? UsualInput,
            EvalCrop = request.EvalCrop ?? UsualEvalCrop,
            Workers = workers ?? Environment.ProcessorCount,
        };
    }

    /// <summary>Every known data set, and whether it is there.</summary>
    /// <param name="dataDir">The folder to look in; null looks in each one's usual place.</param>
    public static IReadOnlyList<DataSetListing> List(string? dataDir = null) =>
        [.. Entries.Select(entry => entry.In(dataDir))];

    /// <summary>Whether a data set is part of the program.</summary>
    internal static bool IsEmbedded(string name) => Find(name).Embedded;

    private static KnownDataSet Find(string name) => Entries.FirstOrDefault(entry => entry.Info.Name == name)
        ?? throw new InputException($"unknown data set '{name}'{NameSuggestion.Hint(name, Names)}; known: {string.Join(", ", Names)}");

    private static KnownDataSet Idx(DataSetInfo info, string description, string howToGet) =>
        new(info, description, howToGet, IdxDataSet.Load, (_, folder) => IdxDataSet.Missing(folder).Count == 0);

    private static KnownDataSet Cifar(string name, int classes, float[] mean, float[] std) => new(
        new(name, classes, Channels: 3, Height: 32, Width: 32, mean, std,
            $"CIFAR-{classes}, A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009")
        {
            Augmentation = new Augmentation(Flip: true, Shift: 4),
        },
        $"small photographs of {classes} classes, 50,000 training and 10,000 test images",
        "--data-dir FOLDER with the unpacked binary version", CifarDataSet.Load,
        (info, folder) => CifarDataSet.Missing(info, folder).Count == 0);

    private static DataSetInfo Grey28(
        string name, float mean, float std, Augmentation augmentation, string attribution) =>
        new(name, Classes: 10, Channels: 1, Height: 28, Width: 28, [mean], [std], attribution)
        {
            Augmentation = augmentation,
        };

    /// <summary>Mean and deviation are those of ImageNet, which published weights expect.</summary>
    private static DataSetInfo Photographs(string name, int classes, string attribution) => new(
        name, classes, Channels: 3, UsualInput, UsualInput, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f], attribution)
    {
        AnySize = true,
        EvalCrop = UsualEvalCrop,
        Augmentation = new Augmentation(Flip: true) { Crop = Augmentation.UsualCrop },
    };
}
