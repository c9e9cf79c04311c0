namespace Fliqs.Data;

/// <summary>A data set that has been opened.</summary>
/// <param name="Train">The images to train on.</param>
/// <param name="Test">The images to judge by at the end.</param>
public sealed record ImageData(IImageDataSet Train, IImageDataSet Test)
{
    /// <summary>Files that cannot be read; they are found while images are read.</summary>
    public UnreadableImages Unreadable { get; init; } = new();

    /// <summary>What a person should know of how the files were found, a line each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
