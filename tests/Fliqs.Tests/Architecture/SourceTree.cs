using System.Runtime.CompilerServices;

namespace Fliqs.Tests.Architecture;

/// <summary>Finds the sources that these tests were compiled from.</summary>
internal static class SourceTree
{
    /// <summary>The folder that holds <c>src</c> and <c>tests</c>.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    /// <summary>All C# files under <c>src</c>, but those that a build has made.</summary>
    public static IEnumerable<string> Sources() => Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Any(p => p is "bin" or "obj"));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
