namespace Fliqs.Storage;

/// <summary>Words of commands that are printed to be typed.</summary>
public static class ShellWord
{
    /// <summary>The word as a shell takes it: in quotes where a character of it means something else.</summary>
    public static string Quote(string word) => word.Length > 0 && word.All(IsPlain) ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static bool IsPlain(char c) =>
        char.IsAsciiLetterOrDigit(c) || "-_./,:+=@".Contains(c) || (c == Path.DirectorySeparatorChar && OperatingSystem.IsWindows());
}
