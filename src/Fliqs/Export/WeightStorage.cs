using Fliqs.Numerics;
using DataType = Fliqs.Export.TensorProto.Types.DataType;

namespace Fliqs.Export;

/// <summary>
/// Stores weights in their own format: INT2, INT4, INT8, E4M3, E5M2, BF16, FP16 and FP32 as types of ONNX, all others packed into
/// as many bits as they have, with their decoding.
/// </summary>
/// <param name="graph">Receives the weights.</param>
/// <param name="offsetInt8">Whether INT8 is stored with an offset of 128, see <see cref="ExportOptions.OffsetInt8"/>.</param>
internal sealed class WeightStorage(OnnxGraph graph, bool offsetInt8)
{
    private const byte Offset = 128;

    /// <summary>Of the scales of blocks; less is 0 to any output.</summary>
    private const int LeastExponent = -127;

    /// <summary>Adds weights and returns what a layer computes with.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="weights">The codes.</param>
    /// <param name="shape">Of a convolution [outputs, inputs, height, width], of a linear layer [outputs, inputs].</param>
    /// <param name="transposed">Whether a linear layer's are stored as [inputs, outputs].</param>
    /// <param name="form">What is wanted of them; codes come without their scales.</param>
    public string Add(string name, WeightCodes weights, long[] shape, bool transposed, OperandForm form)
    {
        var codes = transposed ? weights.Transposed() : weights.Codes;
        if (transposed)
            shape = [shape[1], shape[0]];
        var axis = transposed ? shape.Length - 1 : 0;
        var outputs = (long)weights.Scales.Length;
        return weights.Format switch
        {
            { IsExact: true } => graph.Floats(name, shape, Scaled(codes, weights.Scales, transposed)),
            { Name: "INT8" } when form == OperandForm.Integers && offsetInt8 => Dequantized(
                graph.Tensor<byte>(name + ":codes", DataType.Uint8, shape, Array.ConvertAll(codes, c => (byte)(c + Offset))),
                graph.Tensor<byte>(name + ":zero", DataType.Uint8, [outputs], [.. Enumerable.Repeat(Offset, (int)outputs)])),
            var format when form == OperandForm.Integers => Dequantized(Stored(name, format, codes, shape)),
            var format => Times(Stored(name, format, codes, shape)),
        };

        string Dequantized(params string[] stored) => graph.Node(
            "DequantizeLinear", name, [stored[0], graph.Floats(name + ":scales", [outputs], weights.Scales), .. stored[1..]],
            [new("axis", (long)axis)]);

        string Times(string stored)
        {
            var values = weights.Format is MiniFloatFormat f && !ActivationRounding.IsOfp8(f) ? stored : graph.Cast(stored, DataType.Float, name + ":wide");
            return form == OperandForm.Codes || weights.Scales.All(s => s == 1) ? values : graph.Node(
                "Mul", name, [values, graph.Floats(name + ":scales", [.. shape.Select((_, d) => d == axis ? outputs : 1)], weights.Scales)]);
        }
    }

    /// <summary>Adds weights in blocks and returns the float32 value that a layer computes with.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="weights">The codes.</param>
    /// <param name="factors">Of every output channel; null for ones.</param>
    /// <param name="shape">Of a convolution [outputs, inputs, height, width], of a linear layer [outputs, inputs].</param>
    /// <param name="transposed">Whether the result is [inputs, outputs].</param>
    public string Add(string name, BlockCodes weights, float[]? factors, long[] shape, bool transposed)
    {
        var (rows, blocks, size) = (weights.Rows, weights.Blocks, weights.Format.BlockSize);
        var elements = Stored(name, weights.Format.Element, weights.Elements, [rows, blocks, size]);
        if (weights.Format.Element is not MiniFloatFormat f || ActivationRounding.IsOfp8(f))
            elements = graph.Cast(elements, DataType.Float, name + ":wide");
        var units = weights.Format.ScaleFormat is MiniFloatFormat scale
            ? graph.Cast(Ofp8(name + ":units", scale, weights.BlockScales, [rows, blocks, 1]), DataType.Float, name + ":units:wide")
            : graph.Node("Pow", name + ":units", [graph.Floats(name + ":two", [], 2), graph.Cast(
                graph.Tensor<sbyte>(name + ":exponents", DataType.Int8, [rows, blocks, 1], Array.ConvertAll(weights.BlockScales, s => (sbyte)Math.Max(LeastExponent, Math.ILogB(s)))),
                DataType.Float, name + ":exponents:wide")]);
        if (weights.Scale != 1)
            units = graph.Node("Mul", name + ":units:scaled", [units, graph.Floats(name + ":scale", [], weights.Scale)]);
        var values = graph.Node("Mul", name + ":values", [elements, units]);
        values = Reshaped(rows, blocks * size);
        if (blocks * size > weights.Length)
            values = graph.Node("Slice", name + ":rows", [values, Longs(0), Longs(weights.Length), Longs(1)]);
        if (shape.Length == 4)
        {
            values = Reshaped(shape[0], shape[2], shape[3], shape[1]);
            values = graph.Transpose(values, name + ":image", 0, 3, 1, 2);
        }

        if (factors is not null)
            values = graph.Node("Mul", name + ":folded", [values, graph.Floats(name + ":factors", [.. shape.Select((_, d) => d == 0 ? shape[0] : 1)], factors)]);
        return transposed ? graph.Transpose(values, name, 1, 0) : values;

        string Longs(params long[] numbers) => graph.Longs(name + ":sizes", [numbers.Length], numbers);
        string Reshaped(params long[] sizes) => graph.Node("Reshape", name + ":shaped", [values, Longs(sizes)]);
    }

    /// <summary>The codes: a tensor of their type, or for packed ones what decodes them, to int8 or to float32.</summary>
    private string Stored(string name, NumberFormat format, float[] codes, long[] shape) => format switch
    {
        { Name: "INT8" } => graph.Tensor<sbyte>(name + ":codes", DataType.Int8, shape, Array.ConvertAll(codes, c => (sbyte)c)),
        { Name: "INT4" } => graph.Tensor<byte>(name + ":codes", DataType.Int4, shape, InBytes(codes, 4)),
        { Name: "INT2" } => graph.Tensor<byte>(name + ":codes", DataType.Int2, shape, InBytes(codes, 2)),
        IeeeFormat f => Half(name, f, codes, shape),
        MiniFloatFormat f when ActivationRounding.IsOfp8(f) => Ofp8(name, f, codes, shape),
        _ => Packed(name, format, codes, shape),
    };

    private static float[] Scaled(float[] codes, float[] scales, bool transposed) => [.. codes.Select((code, i) =>
        code * scales[transposed ? i % scales.Length : i / (codes.Length / scales.Length)])];

    private string Half(string name, IeeeFormat format, float[] values, long[] shape)
    {
        var patterns = Array.ConvertAll(values, v => format.Name == "BF16"
            ? (ushort)(BitConverter.SingleToUInt32Bits(v) >> 16)
            : BitConverter.HalfToUInt16Bits((Half)v));
        return graph.Tensor<ushort>(name + ":codes", ActivationRounding.TypeOf(format), shape, patterns);
    }

    /// <summary>Integers of which a byte holds several, the first one in the lowest bits.</summary>
    private static byte[] InBytes(float[] codes, int bits)
    {
        var perByte = 8 / bits;
        var packed = new byte[(codes.Length + perByte - 1) / perByte];
        for (var i = 0; i < codes.Length; i++)
            packed[i / perByte] |= (byte)(((int)codes[i] & ((1 << bits) - 1)) << (i % perByte * bits));
        return packed;
    }

    private string Ofp8(string name, MiniFloatFormat format, float[] codes, long[] shape) =>
        graph.Tensor<byte>(name + ":codes", ActivationRounding.TypeOf(format), shape, SignMagnitude(format, codes));

    /// <summary>The bits of floats: a sign in front of the magnitude, whose codes ascend with the values.</summary>
    public static byte[] SignMagnitude(MiniFloatFormat format, float[] values)
    {
        float[] magnitudes = [.. format.Values.Where(v => v >= 0)];
        var sign = 1 << ((int)format.Bits - 1);
        return Array.ConvertAll(values, v => (byte)(Array.BinarySearch(magnitudes, Math.Abs(v)) | (v < 0 ? sign : 0)));
    }

    private string Packed(string name, NumberFormat format, float[] codes, long[] shape)
    {
        float[] values = [.. format.Values];
        var indices = Array.ConvertAll(codes, c => Array.BinarySearch(values, c));
        var table = format is IntegerFormat
            ? graph.Tensor<sbyte>(name + ":table", DataType.Int8, [values.Length], Array.ConvertAll(values, v => (sbyte)v))
            : graph.Floats(name + ":table", [values.Length], values);
        return BitPlanes.Add(graph, name, indices, (int)format.Bits, table, shape);
    }
}
