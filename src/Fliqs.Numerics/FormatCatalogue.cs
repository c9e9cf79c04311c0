namespace Fliqs.Numerics;

/// <summary>All formats and their names. A class of its own so that it is complete before anything parses a name.</summary>
internal static class FormatCatalogue
{
    public static IReadOnlyList<NumberFormat> All { get; } = Array.AsReadOnly([.. Create()]);

    public static IReadOnlyDictionary<string, NumberFormat> ByName { get; } =
        All.ToDictionary(format => format.Name, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<NumberFormat> Create()
    {
        NumberFormat[] elements = [.. IntegerFormat.Create(), .. MiniFloatFormat.Create(), .. IeeeFormat.Create()];
        return [.. elements, .. BlockFormat.Create(elements.ToDictionary(e => e.Name))];
    }
}
