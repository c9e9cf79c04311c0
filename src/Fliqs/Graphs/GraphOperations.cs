using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Graphs;

/// <summary>What networks are made of besides quantized layers, as operations of a graph. Names and meaning are those of ONNX.</summary>
public static class GraphOperations
{
    /// <summary>max(x, 0).</summary>
    public static GraphValue Relu(this GraphBuilder graph, GraphValue x) => graph.Node("Relu", [x]);

    /// <summary>x within [low, high].</summary>
    public static GraphValue Clip(this GraphBuilder graph, GraphValue x, float low, float high) =>
        graph.Node("Clip", [x, graph.Constant(tensor(low)), graph.Constant(tensor(high))]);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public static GraphValue Sigmoid(this GraphBuilder graph, GraphValue x) => graph.Node("Sigmoid", [x]);

    /// <summary>x sigmoid(x).</summary>
    public static GraphValue Silu(this GraphBuilder graph, GraphValue x) => graph.Mul(x, graph.Sigmoid(x));

    /// <summary>x times the distribution function of the standard normal distribution at x.</summary>
    public static GraphValue Gelu(this GraphBuilder graph, GraphValue x) => graph.Node("Gelu", [x]);

    /// <summary>a + b, broadcast.</summary>
    public static GraphValue Add(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Add", [a, b]);

    /// <summary>a b, broadcast.</summary>
    public static GraphValue Mul(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("Mul", [a, b]);

    /// <summary>x rounded to INT8: the scale times round(x / scale), within [-128, 127] scales.</summary>
    public static GraphValue RoundToInt8(this GraphBuilder graph, GraphValue x, float scale)
    {
        var (step, zero) = (graph.Constant(tensor(scale)), graph.Constant(tensor((sbyte)0)));
        return graph.Node("DequantizeLinear", [graph.Node("QuantizeLinear", [x, step, zero]), step, zero]);
    }

    /// <summary>The matrix product over the last two dimensions.</summary>
    public static GraphValue MatMul(this GraphBuilder graph, GraphValue a, GraphValue b) => graph.Node("MatMul", [a, b]);

    /// <summary>exp(x) over its sum along the last dimension.</summary>
    public static GraphValue Softmax(this GraphBuilder graph, GraphValue x) => graph.Node("Softmax", [x], null, ("axis", -1L));

    /// <summary>Another shape; 0 keeps a dimension, -1 takes what is left.</summary>
    public static GraphValue Reshape(this GraphBuilder graph, GraphValue x, params long[] shape) =>
        graph.Node("Reshape", [x, graph.Constant(tensor(shape))]);

    /// <summary>Dimensions in another order.</summary>
    public static GraphValue Transpose(this GraphBuilder graph, GraphValue x, params long[] order) =>
        graph.Node("Transpose", [x], null, ("perm", order));

    /// <summary>One entry of a dimension, which goes.</summary>
    public static GraphValue Select(this GraphBuilder graph, GraphValue x, long dimension, long index) =>
        graph.Node("Gather", [x, graph.Constant(tensor(index))], null, ("axis", dimension));

    /// <summary>Tensors one behind another along a dimension.</summary>
    public static GraphValue Concat(this GraphBuilder graph, long dimension, params IReadOnlyList<GraphValue> parts) =>
        graph.Node("Concat", parts, null, ("axis", dimension));

    /// <summary>Zeros around a tensor: so many before and behind every dimension.</summary>
    public static GraphValue Pad(this GraphBuilder graph, GraphValue x, params long[] beforeAndBehind) =>
        graph.Node("Pad", [x, graph.Constant(tensor(beforeAndBehind))]);

    /// <summary>The maximum over squares of pixels.</summary>
    public static GraphValue MaxPool(this GraphBuilder graph, GraphValue x, long kernel, long stride, long padding = 0) =>
        graph.Node("MaxPool", [x], null, Window(kernel, stride, padding));

    /// <summary>The mean over squares of pixels, zeros around the image among them.</summary>
    public static GraphValue AveragePool(this GraphBuilder graph, GraphValue x, long kernel, long stride, long padding = 0) =>
        graph.Node("AveragePool", [x], null, [.. Window(kernel, stride, padding), ("count_include_pad", 1L)]);

    /// <summary>The mean over the image: [N, C, 1, 1].</summary>
    public static GraphValue ImageMean(this GraphBuilder graph, GraphValue x) => graph.Node("GlobalAveragePool", [x]);

    /// <summary>The mean over the image: [N, C].</summary>
    public static GraphValue ChannelMeans(this GraphBuilder graph, GraphValue x) => graph.Node("Flatten", [graph.ImageMean(x)]);

    /// <summary>(x - mean) / deviation times scale plus offset in every channel, by statistics of the training.</summary>
    public static GraphValue BatchNorm(
        this GraphBuilder graph, GraphValue x, Tensor scale, Tensor offset, Tensor mean, Tensor variance, double epsilon) => graph.Node(
        "BatchNormalization", [x, graph.Constant(scale), graph.Constant(offset), graph.Constant(mean), graph.Constant(variance)], null,
        ("epsilon", (float)epsilon));

    /// <summary>The same over the last dimension, by its own statistics.</summary>
    public static GraphValue LayerNorm(this GraphBuilder graph, GraphValue x, Tensor scale, Tensor offset, double epsilon) => graph.Node(
        "LayerNormalization", [x, graph.Constant(scale), graph.Constant(offset)], null, ("axis", -1L), ("epsilon", (float)epsilon));

    private static (string, object)[] Window(long kernel, long stride, long padding) =>
    [
        ("kernel_shape", new[] { kernel, kernel }), ("strides", new[] { stride, stride }), ("pads", new[] { padding, padding, padding, padding }),
    ];
}
