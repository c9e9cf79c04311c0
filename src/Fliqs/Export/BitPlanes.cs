using DataType = Fliqs.Export.TensorProto.Types.DataType;

namespace Fliqs.Export;

/// <summary>
/// Codes of any number of bits in just as many, and their decoding by standard operators: eight codes are as many bytes as a code
/// has bits, byte k with bit k of all eight. A runtime decodes them once, when it loads the file.
/// </summary>
internal static class BitPlanes
{
    private const int Group = 8;

    /// <summary>Packs codes; the last group is filled up with zeros.</summary>
    /// <param name="codes">From 0 to 2^<paramref name="bits"/> - 1.</param>
    /// <param name="bits">Bits of a code.</param>
    public static byte[] Pack(ReadOnlySpan<int> codes, int bits)
    {
        var packed = new byte[(codes.Length + Group - 1) / Group * bits];
        for (var i = 0; i < codes.Length; i++)
        {
            for (var bit = 0; bit < bits; bit++)
                packed[(i / Group * bits) + bit] |= (byte)(((codes[i] >> bit) & 1) << (i % Group));
        }

        return packed;
    }

    /// <summary>Adds packed codes and what turns them into entries of a table.</summary>
    /// <param name="graph">Receives both.</param>
    /// <param name="name">What the names of all nodes begin with.</param>
    /// <param name="codes">Indices into the table.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="table">The name of a tensor with an entry for every code.</param>
    /// <param name="shape">Of the result.</param>
    public static string Add(OnnxGraph graph, string name, ReadOnlySpan<int> codes, int bits, string table, long[] shape)
    {
        var packed = Pack(codes, bits);
        var planes = graph.Tensor<byte>(name + ":packed", DataType.Uint8, [packed.Length / bits, bits, 1], packed);
        var masks = graph.Tensor<byte>(name + ":masks", DataType.Uint8, [Group], [1, 2, 4, 8, 16, 32, 64, 128]);
        var powers = graph.Tensor<int>(
            name + ":powers", DataType.Int32, [bits, 1], [.. Enumerable.Range(0, bits).Select(bit => 1 << bit)]);
        var set = graph.Cast(graph.Node("BitwiseAnd", name + ":bits", [planes, masks]), DataType.Bool, name + ":set");
        var weighted = graph.Node("Mul", name + ":weighted", [graph.Cast(set, DataType.Int32, name + ":ones"), powers]);
        var sums = graph.Node("ReduceSum", name + ":sums", [weighted, graph.Longs(name + ":axis", [1], 1)], [new("keepdims", 0L)]);
        var flat = graph.Node("Reshape", name + ":flat", [sums, graph.Longs(name + ":line", [1], -1)]);
        var indices = codes.Length % Group == 0 ? flat : graph.Node(
            "Slice", name + ":indices", [flat, graph.Longs(name + ":begin", [1], 0), graph.Longs(name + ":end", [1], codes.Length)]);
        var values = graph.Node("Gather", name + ":values", [table, indices]);
        return graph.Node("Reshape", name + ":decoded", [values, graph.Longs(name + ":shape", [shape.Length], shape)]);
    }
}
