namespace Fliqs.Storage;

/// <summary>Where stored tensors and a module do not agree; all lists are empty where they do.</summary>
/// <param name="Missing">Names that the module has and the file has not.</param>
/// <param name="LeftOver">Names that the file has and the module has not, quoted.</param>
/// <param name="Unfit">Names that both have, with another shape or a type that does not convert, and both of these.</param>
public sealed record StateMismatch(
    IReadOnlyList<string> Missing, IReadOnlyList<string> LeftOver, IReadOnlyList<string> Unfit)
{
    private const int Shown = 3;

    /// <summary>Whether every name found its partner.</summary>
    public bool IsEmpty => Missing.Count + LeftOver.Count + Unfit.Count == 0;

    /// <summary>The lists in one line: the count of each and its first few names.</summary>
    public override string ToString()
    {
        (string What, IReadOnlyList<string> Names)[] lists =
            [("missing", Missing), ("left over", LeftOver), ("of another shape or type", Unfit)];
        return string.Join("; ", lists.Where(list => list.Names.Count > 0).Select(list => Describe(list.What, list.Names)));
    }

    private static string Describe(string what, IReadOnlyList<string> names) =>
        $"{names.Count} {what} ({string.Join(", ", names.Take(Shown))}{(names.Count > Shown ? ", ..." : "")})";
}
