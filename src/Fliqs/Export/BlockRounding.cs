using Fliqs.Numerics;

namespace Fliqs.Export;

/// <summary>
/// Rounds a value in blocks by standard operators: blocks are cut along the channels of a pixel or the features of a vector, as in
/// training, and every block finds its scale from its largest magnitude. Magnitudes below 2^-100 become 0.
/// </summary>
internal sealed class BlockRounding(OnnxGraph graph, ActivationRounding rounding)
{
    private const int LeastExponent = -100;

    /// <summary>Adds the rounding of a value and returns its name.</summary>
    /// <param name="x">Images [N, C, H, W] or vectors [..., C].</param>
    /// <param name="format">The format.</param>
    /// <param name="scale">Of the tensor.</param>
    /// <param name="name">What the names of all nodes begin with.</param>
    /// <param name="channels">C.</param>
    /// <param name="image">Whether x is images.</param>
    public string Add(string x, BlockFormat format, float scale, string name, long channels, bool image)
    {
        var rows = image ? graph.Transpose(x, name + ":rows", 0, 2, 3, 1) : x;
        var (size, missing) = (format.BlockSize, (format.BlockSize - (channels % format.BlockSize)) % format.BlockSize);
        var flat = Op("Reshape", [rows, Longs(-1, channels)]);
        if (missing > 0)
            flat = Op("Pad", [flat, Longs(0, 0, 0, missing)]);
        var blocks = Op("Reshape", [flat, Longs(-1, (channels + missing) / size, size)]);
        var largest = Op("ReduceMax", [Op("Abs", [blocks]), Longs(2)]);
        var unit = format.ScaleFormat is { } scales ? TimesTensorScale(scales) : PowerOfTwo();
        var scaled = format.IsScaled ? Op("Mul", [blocks, Op("Div", [Number(1), unit])]) : Op("Div", [blocks, unit]);
        var rounded = Op("Mul", [rounding.AtScaleOne(scaled, format.Element, name + ":element"), unit]);
        var whole = Op("Reshape", [rounded, Longs(-1, channels + missing)]);
        if (missing > 0)
            whole = Op("Slice", [whole, Longs(0), Longs(channels), Longs(1)]);
        var result = Op("Reshape", [whole, Op("Shape", [rows])]);
        return image ? graph.Transpose(result, name, 0, 3, 1, 2) : result;

        string PowerOfTwo() => Op("Mul", [
            rounding.PowerOfTwo(largest, LeastExponent, 127, name + ":power"), Number(MathF.ScaleB(1, -MathF.ILogB(format.Element.MaxValue)))]);

        string TimesTensorScale(NumberFormat scaleFormat)
        {
            var found = rounding.AtScaleOne(Op("Div", [largest, Number(format.Element.MaxValue * scale)]), scaleFormat, name + ":unit");
            return Op("Mul", [Op("Where", [Op("Equal", [found, Number(0)]), Number(1), found]), Number(scale)]);
        }

        string Op(string operation, params string[] inputs) => graph.Node(operation, $"{name}:{operation.ToLowerInvariant()}", inputs);
        string Longs(params long[] values) => graph.Longs(name + ":sizes", [values.Length], values);
        string Number(float value) => graph.Floats(name + ":number", [], value);
    }
}
