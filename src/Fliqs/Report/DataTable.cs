namespace Fliqs.Report;

/// <summary>A table of text.</summary>
/// <param name="Columns">Headings.</param>
/// <param name="Rows">As many cells as columns each.</param>
/// <param name="Left">Columns that are aligned left, from the first; the others hold numbers.</param>
internal sealed record DataTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows, int Left = 1);
