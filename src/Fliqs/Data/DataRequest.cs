namespace Fliqs.Data;

/// <summary>Which data set is asked for, and how its images are to be read.</summary>
/// <param name="Name">One of <see cref="DataSetCatalog.Names"/>.</param>
/// <param name="Folder">The folder of its files; null looks in its usual place.</param>
public sealed record DataRequest(string Name, string? Folder = null)
{
    /// <summary>Height and width that images of any size are scaled to; null for 224. Not for data of one size.</summary>
    public int? Input { get; init; }

    /// <summary>The number of classes where it is known otherwise; null leaves it to the folders of the classes.</summary>
    public int? Classes { get; init; }

    /// <summary>Threads that prepare batches; null for all cores where files are decoded, otherwise 1.</summary>
    public int? Workers { get; init; }

    /// <summary>The share of the short side that is seen of a test image; null for 0.875. Not for data of one size.</summary>
    public double? EvalCrop { get; init; }
}
