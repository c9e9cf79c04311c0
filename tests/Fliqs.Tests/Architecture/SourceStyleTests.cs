using System.Text.RegularExpressions;

namespace Fliqs.Tests.Architecture;

public sealed partial class SourceStyleTests
{
    private const int MostLines = 260;

    public static TheoryData<string> Files => [.. SourceTree.Sources().Select(f => Path.GetRelativePath(SourceTree.Root, f)).Order(StringComparer.Ordinal)];

    [Fact]
    public void There_are_sources_to_check() => Assert.True(Files.Count > 100);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_is_short_has_one_type_and_its_name_and_namespace(string file)
    {
        var lines = File.ReadAllLines(Path.Combine(SourceTree.Root, file));
        Assert.True(lines.Length <= MostLines, $"{lines.Length} lines; split the type");
        if (Path.GetFileName(file) == "Program.cs")
            return;

        var types = lines.Select(l => TopLevelType().Match(l)).Where(m => m.Success).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal([Path.GetFileNameWithoutExtension(file)], types);
        var folders = Path.GetDirectoryName(file)!.Split(Path.DirectorySeparatorChar)[1..];
        Assert.Contains($"namespace {string.Join('.', folders)};", lines);
    }

    /// <summary>With file-scoped namespaces, what begins in the first column.</summary>
    [GeneratedRegex(@"^(?:(?:public|internal|file|sealed|static|abstract|partial|readonly|ref|unsafe)\s+)*(?:record struct|record class|class|struct|interface|enum|record|delegate\s+\S+)\s+(\w+)")]
    private static partial Regex TopLevelType();
}
