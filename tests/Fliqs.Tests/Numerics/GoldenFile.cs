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

    /// <summary>
    /// The rows of a file of blocks: bit patterns of inputs and outputs. A row is a tensor of NVFP4 with the scale of the tensor, or a block of MX.
    /// </summary>
    public static IEnumerable<(float[] Input, float[] Output, float Scale)> Blocks(string name)
    {
        var nested = name.StartsWith("nv", StringComparison.Ordinal);
        return from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name)).Skip(1)
               let cells = line.Split(',')
               group cells by cells[0] into row
               select (
                   row.Select(c => Float(c[nested ? 3 : 2])).ToArray(), row.Select(c => Float(c[nested ? 4 : 3])).ToArray(),
                   nested ? Float(row.First()[6]) : 1);

        static float Float(string bits) => BitConverter.UInt32BitsToSingle(Convert.ToUInt32(bits, 16));
    }

    /// <summary>The non-negative values of a format in code order.</summary>
    public static IEnumerable<float> Values(string name) =>
        from line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "golden", name))
        where line.Length > 0
        select float.Parse(line, CultureInfo.InvariantCulture);
}
