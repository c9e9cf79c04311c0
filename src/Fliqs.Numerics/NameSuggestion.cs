namespace Fliqs.Numerics;

/// <summary>Finds what a mistyped name was meant to be.</summary>
public static class NameSuggestion
{
    /// <summary>The end of a message: <c>; did you mean 'resnet20'?</c>, or nothing where no candidate shares half of the name.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) =>
        Nearest(name, candidates) is { } nearest && 2 * Distance(name.ToUpperInvariant(), nearest.ToUpperInvariant()) <= nearest.Length + 1
            ? $"; did you mean '{nearest}'?"
            : "";

    /// <summary>
    /// The candidate that takes the fewest single-character edits (insert, delete, replace) to reach, ignoring case; the
    /// first of several. Null if there are no candidates.
    /// </summary>
    public static string? Nearest(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        return candidates.MinBy(candidate => Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant()));
    }

    // Levenshtein's distance, one row of the table at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
