using System.Globalization;

namespace Fliqs.Tests.Numerics;

/// <summary>Reads the reference vectors beside the test executable; their README describes them.</summary>
internal static class GoldenFile
{
    /// <summary>The float32 bit patterns of an element-wise file.</summary>
    public static IEnumerable<(uint Input, uint Output)> Rows(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name)).Skip(1)
        let cells = line.Split(',')
        select (Convert.ToUInt32(cells[0], 16), Convert.ToUInt32(cells[1], 16));

    /// <summary>The non-negative values of a format in code order.</summary>
    public static IEnumerable<float> Values(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name))
        where line.Length > 0
        select float.Parse(line, CultureInfo.InvariantCulture);
}
