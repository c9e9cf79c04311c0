namespace Fliqs.Data;

/// <summary>An entry of the catalogue.</summary>
/// <param name="Info">What is known of it without its files.</param>
/// <param name="Description">What the images show and how many there are.</param>
/// <param name="HowToGet">How to get it, on one line.</param>
/// <param name="Read">Opens it in a folder.</param>
/// <param name="IsIn">Whether a folder seems to hold it.</param>
internal sealed record KnownDataSet(
    DataSetInfo Info, string Description, string HowToGet, Func<DataSetInfo, string, ImageData> Read, Func<DataSetInfo, string, bool> IsIn)
{
    /// <summary>Needs no folder.</summary>
    public bool Embedded { get; init; }

    /// <summary>Where its files usually are; null if there is no such place.</summary>
    public string? Folder { get; init; }

    /// <summary>Counts the classes in a folder; null where their number is fixed.</summary>
    public Func<string, string, int>? CountClasses { get; init; }

    /// <summary>The folder to read.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public string Place(string? given)
    {
        var folder = given ?? Folder
            ?? throw new InputException($"{Info.Name}: has no usual place to be looked for; give {HowToGet}");
        return Directory.Exists(folder) ? folder
            : throw new InputException($"{Info.Name}: looked for in {folder}, which is no folder; get it with {HowToGet}");
    }

    /// <summary>The number of classes, from the folder if need be.</summary>
    public int Classes(DataRequest request) => CountClasses is null ? Info.Classes
        : request.Folder is null && request.Classes is { } given ? given
        : CountClasses(Info.Name, Place(request.Folder));

    /// <summary>What there is to say of it.</summary>
    public DataSetListing In(string? dataDir)
    {
        var folder = Embedded ? null : dataDir ?? Folder;
        return new(Info, Description, folder, Embedded || (folder is not null && IsIn(Info, folder)), HowToGet);
    }
}
