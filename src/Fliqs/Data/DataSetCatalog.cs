using Fliqs.Numerics;

namespace Fliqs.Data;

/// <summary>The data sets that can be asked for by name, and where they are looked for.</summary>
public static class DataSetCatalog
{
    private const string FourFiles = "--data-dir FOLDER with the four IDX files, plain or gzipped";

    private static readonly Entry[] Entries =
    [
        new(DigitsDataSet.Info, "handwritten digits, 1,442 training and 355 test images", "nothing to get, it is built in")
        {
            Embedded = true,
        },
        new(Grey28("fashion-mnist", mean: 0.2860f, std: 0.3530f, new Augmentation(Flip: true, Shift: 2),
                "Fashion-MNIST, H. Xiao, K. Rasul, R. Vollgraf, Zalando SE, MIT (Expat) licence"),
            "articles of clothing, 60,000 training and 10,000 test images",
            $"the Debian package dataset-fashion-mnist, or {FourFiles}")
        {
            Folder = "/usr/share/datasets/fashion-mnist",
        },
        new(Grey28("mnist", mean: 0.1307f, std: 0.3081f, new Augmentation(Shift: 2),
                "The MNIST database of handwritten digits, Y. LeCun, C. Cortes, C. J. C. Burges"),
            "handwritten digits, 60,000 training and 10,000 test images", FourFiles),
    ];

    /// <summary>The known names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Entries.Select(entry => entry.Info.Name)];

    /// <summary>Reads a data set.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="dataDir">The folder of its files; null looks in its usual place. The embedded digits need none.</param>
    /// <exception cref="InputException">The name is unknown, or its files are missing or damaged.</exception>
    public static (IImageDataSet Train, IImageDataSet Test) Load(string name, string? dataDir = null)
    {
        var entry = Find(name);
        if (entry.Embedded)
            return DigitsDataSet.Load();
        var folder = dataDir ?? entry.Folder
            ?? throw new InputException($"{name}: has no usual place to be looked for; give {entry.HowToGet}");
        if (!Directory.Exists(folder))
            throw new InputException($"{name}: looked for in {folder}, which is no folder; get it with {entry.HowToGet}");
        return IdxDataSet.Load(entry.Info, folder);
    }

    /// <summary>The shape, statistics and origin of a data set, without reading it.</summary>
    /// <exception cref="InputException">The name is unknown.</exception>
    public static DataSetInfo Info(string name) => Find(name).Info;

    /// <summary>Every known data set, and whether it is there.</summary>
    /// <param name="dataDir">The folder to look in; null looks in each one's usual place.</param>
    public static IReadOnlyList<DataSetListing> List(string? dataDir = null) =>
        [.. Entries.Select(entry => entry.In(dataDir))];

    private static Entry Find(string name) => Entries.FirstOrDefault(entry => entry.Info.Name == name)
        ?? throw new InputException($"unknown data set '{name}'{NameSuggestion.Hint(name, Names)}; known: {string.Join(", ", Names)}");

    private static DataSetInfo Grey28(
        string name, float mean, float std, Augmentation augmentation, string attribution) =>
        new(name, Classes: 10, Channels: 1, Height: 28, Width: 28, [mean], [std], attribution)
        {
            Augmentation = augmentation,
        };

    private sealed record Entry(DataSetInfo Info, string Description, string HowToGet)
    {
        public bool Embedded { get; init; }

        /// <summary>Where its files usually are; null if there is no such place.</summary>
        public string? Folder { get; init; }

        public DataSetListing In(string? dataDir)
        {
            var folder = Embedded ? null : dataDir ?? Folder;
            var found = Embedded || (folder is not null && IdxDataSet.Missing(folder).Count == 0);
            return new(Info, Description, folder, found, HowToGet);
        }
    }
}
