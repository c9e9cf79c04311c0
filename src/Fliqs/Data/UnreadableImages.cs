namespace Fliqs.Data;

/// <summary>The files of a data set that turned out not to be readable, with the reason. Can be used from several threads.</summary>
public sealed class UnreadableImages
{
    private const int Named = 3;
    private readonly SortedDictionary<string, string> reasons = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    /// <summary>How many have been found so far.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return reasons.Count;
        }
    }

    /// <summary>Path and reason of each that has been found so far, by path.</summary>
    public IReadOnlyList<(string Path, string Reason)> All
    {
        get
        {
            lock (gate)
                return [.. reasons.Select(r => (r.Key, r.Value))];
        }
    }

    /// <summary>One line with their number and the first names; null if there are none.</summary>
    public string? Summary
    {
        get
        {
            var all = All;
            if (all.Count == 0)
                return null;
            var names = string.Join(", ", all.Take(Named).Select(u => $"{u.Path} ({u.Reason})"));
            return $"{all.Count} {(all.Count == 1 ? "image" : "images")} could not be read, others of the same class stand in:"
                + $" {names}{(all.Count > Named ? $" and {all.Count - Named} more" : "")}";
        }
    }

    /// <summary>Notes a file; one that is known already stays as it is.</summary>
    internal void Add(string path, string reason)
    {
        lock (gate)
            reasons.TryAdd(path, reason);
    }
}
