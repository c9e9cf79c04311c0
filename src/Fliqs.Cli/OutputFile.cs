namespace Fliqs.Cli;

/// <summary>Files that are to be written, checked before the work for them begins.</summary>
internal static class OutputFile
{
    /// <summary>The path, if a file can be written there; null for null.</summary>
    /// <param name="option">What messages call it.</param>
    /// <param name="path">As it was given.</param>
    /// <exception cref="InputException">It is empty or a folder, or its folder does not exist.</exception>
    public static string? Check(string option, string? path) => path switch
    {
        null => null,
        "" => throw new InputException($"{option}: the value is empty"),
        _ when Directory.Exists(path) => throw new InputException($"{option} {path}: is a folder; name a file"),
        _ when Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder && !Directory.Exists(folder) =>
            throw new InputException($"{option} {path}: there is no folder {folder}; make it first"),
        _ => path,
    };
}
