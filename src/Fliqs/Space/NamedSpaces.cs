using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>The lists of formats that can be searched by name.</summary>
public static class NamedSpaces
{
    private static readonly Dictionary<string, string[]> Spaces = new(StringComparer.OrdinalIgnoreCase)
    {
        ["fliqs-s-int"] = ["INT4", "INT8", "BF16"],
        ["fliqs-l-int"] = ["INT4", "INT5", "INT6", "INT7", "INT8", "BF16"],
        ["fliqs-s-float"] = ["E2M1", "E4M3", "BF16"],
        ["fliqs-l-float"] = [.. MiniFloats(), "BF16"],
        ["int"] = ["INT2", "INT3", "INT4", "INT5", "INT6", "INT7", "INT8"],
        ["float"] = [.. MiniFloats()],
        ["block"] = [.. Blocks()],
        ["all"] = ["INT2", "INT3", "INT4", "INT5", "INT6", "INT7", "INT8", .. MiniFloats(), .. Blocks(), "BF16"],
    };

    /// <summary>The names, in the order in which they are shown.</summary>
    public static IEnumerable<string> Names => Spaces.Keys;

    /// <summary>The formats of a list such as <c>INT4,INT8,E4M3</c>, in which the name of a space stands for its formats: <c>int,BF16</c>.</summary>
    /// <exception cref="InputException">A name is neither a space nor a format, or a format stands twice.</exception>
    public static IReadOnlyList<NumberFormat> Parse(string text)
    {
        var formats = text.Split(',', StringSplitOptions.TrimEntries)
            .SelectMany(name => Spaces.TryGetValue(name, out var names) ? names.Select(NumberFormat.Parse) : [ParseFormat(name)]).ToList();
        if (formats.GroupBy(f => f.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new InputException($"space '{text}' names {twice.Key} more than once");
        return formats;

        NumberFormat ParseFormat(string name) => NumberFormat.TryParse(name, out var format)
            ? format
            : throw new InputException(
                $"unknown format or space '{name}'{NameSuggestion.Hint(name, [.. Names, .. NumberFormat.All.Select(f => f.Name)])}; " +
                $"spaces: {string.Join(", ", Names)}; formats: see 'fliqs formats'");
    }

    private static IEnumerable<string> MiniFloats() =>
        NumberFormat.All.OfType<MiniFloatFormat>().OrderBy(f => f.Bits).ThenBy(f => f.Name, StringComparer.Ordinal).Select(f => f.Name);

    private static IEnumerable<string> Blocks() => NumberFormat.All.OfType<BlockFormat>().OrderBy(f => f.Bits).Select(f => f.Name);
}
