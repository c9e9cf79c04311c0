namespace Fliqs.Numerics;

/// <summary>Checks of span lengths that several entry points share.</summary>
internal static class Shape
{
    public static void ThrowIfLengthsDiffer(int expected, int actual, string name)
    {
        if (actual != expected)
            throw new ArgumentException($"The length is {actual}, but must be {expected}.", name);
    }

    /// <summary>The length of each of <paramref name="rows"/> equal rows of <paramref name="length"/> elements.</summary>
    public static int RowLength(int length, int rows)
    {
        if (rows == 0 ? length != 0 : length % rows != 0)
            throw new ArgumentException($"{length} elements are not {rows} rows of equal length.", nameof(rows));
        return rows == 0 ? 0 : length / rows;
    }
}
