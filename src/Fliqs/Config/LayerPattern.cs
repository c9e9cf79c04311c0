using System.IO.Enumeration;
using Fliqs.Numerics;

namespace Fliqs.Config;

/// <summary>Names of layers with <c>*</c> for any letters, <c>layer1.*</c>.</summary>
internal static class LayerPattern
{
    /// <summary>The names that a pattern stands for, at least one.</summary>
    /// <param name="pattern">A name or a pattern.</param>
    /// <param name="names">Of the layers there are.</param>
    /// <param name="source">Where the pattern was given, for the message.</param>
    /// <exception cref="InputException">There is no such layer.</exception>
    public static IReadOnlyList<string> Find(string pattern, IEnumerable<string> names, string source)
    {
        var all = names.ToList();
        var meant = all.Where(name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)).ToList();
        return meant.Count > 0
            ? meant
            : throw new InputException($"{source}: the model has no layer '{pattern}'; did you mean '{NameSuggestion.Nearest(pattern, all)}'?");
    }
}
