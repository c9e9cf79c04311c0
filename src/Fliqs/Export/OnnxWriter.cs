using Fliqs.Graphs;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>
/// Writes the graph of a network node by node; the layers with the rounding of their operands. A layer computes on integer codes where
/// both of its formats are integers of enough bits: then both operands come from DequantizeLinear, and a runtime may make one integer
/// operator of them and of QuantizeLinear behind. In all other layers operands become float32, codes where there are any, because the optimizer of
/// ONNX Runtime 1.31 rounds anew what DequantizeLinear stands beside: weights that are not integers, and activations in float. What is
/// constant of this is computed once, when the file is loaded.
/// </summary>
internal sealed class OnnxWriter
{
    private const double LargestBias = 1 << 30;

    private readonly QuantizedModel model;
    private readonly ExportOptions options;
    private readonly NetworkGraph network;
    private readonly OnnxGraph graph = new();
    private readonly Dictionary<GraphValue, string> names = [];
    private readonly Dictionary<QuantizedLayer, string> layers;
    private readonly Dictionary<(string, NumberFormat, float, OperandForm), RoundedValue> rounded = [];
    private readonly List<LayerProbe> probes = [];

    public OnnxWriter(QuantizedModel model, ExportOptions options)
    {
        (this.model, this.options, network) = (model, options, GraphBuilder.Trace(model.Network));
        layers = model.Layers.ToDictionary(l => l.Layer, l => l.Name);
        var traced = network.Nodes.Select(n => n.Module).OfType<QuantizedLayer>().ToHashSet<QuantizedLayer>(ReferenceEqualityComparer.Instance);
        if (model.Layers.FirstOrDefault(l => !traced.Contains(l.Layer)) is { Name: { } lost })
            throw new InputException($"layer '{lost}' is not in the graph of the network; its parent has to apply it in Trace");
        if (model.Layers.FirstOrDefault(l => l.Layer.InUse().Weight.numel() != l.Layer.weight.numel()) is { Name: { } part })
            throw new InputException($"layer '{part}' uses a part of its weights; export the network that a search has chosen, not that of all choices");
        if (model.Layers.FirstOrDefault(l => l.Layer.InputScale is null) is { Name: { } bare })
            throw new InputException($"layer '{bare}' has no static scale for its input; calibrate the network first");
        if (model.Sums.Any(s => s is { IsOn: true, Scale: null }))
            throw new InputException("residual sums have no static scales; calibrate the network first");
    }

    /// <summary>The whole network.</summary>
    public OnnxNetwork Write(IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        names[network.Input] = network.Input.Name;
        graph.Declare(network.Input.Name, false, ["batch", .. model.InputShape.Cast<object>()]);
        graph.Declare("logits", true, "batch", "classes");
        var folded = new HashSet<GraphNode>();
        foreach (var node in network.Nodes.Where(n => !folded.Contains(n)))
        {
            if (node.Module is not QuantizedLayer layer)
                names[node.Output] = graph.Node(node.Operator, node.Name, node.Inputs.Select(NameOf), node.Attributes);
            else if (NormBehind(node) is { } norm && folded.Add(norm))
                names[norm.Output] = Layer(node, layer, norm);
            else
                names[node.Output] = Layer(node, layer, null);
        }

        graph.Define("logits", names[network.Output]);
        return new OnnxNetwork(graph.Model(metadata), probes);
    }

    /// <summary>The batch norm that goes into a layer: the only one to see its output.</summary>
    private GraphNode? NormBehind(GraphNode layer) =>
        options.FoldNorms && network.ConsumersOf(layer.Output).ToList() is [{ Operator: "BatchNormalization" } norm] ? norm : null;

    private string Layer(GraphNode node, QuantizedLayer layer, GraphNode? normBehind)
    {
        var linear = node.Operator == "Linear";
        var norm = normBehind is null ? null : ChannelAffine.Of(normBehind);
        var bias = Bias(layer, norm);
        var form = FormOf(node, layer, norm, bias);
        var input = Rounded(node, layer, form);
        var (weight, scales) = Weight(node, layer, norm, linear, form);
        if (!linear && form == OperandForm.Integers && (normBehind?.Inputs[2].Constant ?? layer.bias) is { } source)
            RoundBias(bias!, source, scales, layer.InputScale!.Value);
        if (!linear && form != OperandForm.Codes)
        {
            string[] addend = bias is null ? [] : [graph.Floats(node.Name + ".bias", [bias.Length], bias)];
            return graph.Node("Conv", node.Name, [input.Name, weight, .. addend], node.Attributes);
        }

        var result = linear ? graph.Node("MatMul", node.Name, [input.Name, weight]) : graph.Node("Conv", node.Name, [input.Name, weight], node.Attributes);
        if (form == OperandForm.Codes)     // a product would be taken into the weights by the optimizer, a quotient is not
            result = graph.Node("Div", node.Name + ":scaled", [result, PerChannel(".units", Array.ConvertAll(scales, s => 1 / (s * input.Unit)))]);
        return bias is null ? result : graph.Node("Add", node.Name + ":biased", [result, PerChannel(".bias", bias)]);

        string PerChannel(string name, float[] values) => graph.Floats(node.Name + name, linear ? [values.Length] : [values.Length, 1, 1], values);
    }

    /// <summary>The weights, and the scales that codes come without.</summary>
    private (string Name, float[] Scales) Weight(GraphNode node, QuantizedLayer layer, ChannelAffine? norm, bool transposed, OperandForm form)
    {
        var (name, shape, storage) = (node.Name + ".weight", layer.weight.shape, new WeightStorage(graph, options.OffsetInt8));
        if (layer.Formats.Weight is BlockFormat)
            return (storage.Add(name, BlockCodes.Of(layer), norm?.Factors, shape, transposed), []);
        var codes = Codes(layer, norm);
        return (storage.Add(name, codes, shape, transposed, form), codes.Scales);
    }

    private static WeightCodes Codes(QuantizedLayer layer, ChannelAffine? norm) =>
        norm is null ? WeightCodes.Of(layer) : WeightCodes.Of(layer).Times(norm.Factors);

    /// <summary>What is added behind the weights and a norm; null for nothing.</summary>
    private static float[]? Bias(QuantizedLayer layer, ChannelAffine? norm)
    {
        var bias = layer.bias is null ? null : ChannelAffine.Values(layer.bias);
        return norm is null ? bias : norm.Of(bias);
    }

    /// <summary>
    /// Rounds what an integer convolution adds as a runtime does, to multiples of the product of both scales, and with it the offset of the norm or the bias of
    /// the layer that it comes from: the network and its file compute the same.
    /// </summary>
    private static void RoundBias(float[] bias, Tensor source, float[] weightScales, float inputScale)
    {
        using var gradients = no_grad();
        var rounded = bias.Zip(weightScales, (b, scale) => Math.Round(b / ((double)scale * inputScale)) * scale * inputScale).Select(b => (float)b).ToArray();
        source.add_(tensor([.. rounded.Zip(bias, (after, before) => after - before)], device: source.device));
        rounded.CopyTo(bias, 0);
    }

    /// <summary>Whether an integer convolution can add the bias in 32 bits: beside weights that are nearly 0 it has too many units.</summary>
    private static bool FitsIntegers(float[]? bias, float[] weightScales, float inputScale) =>
        bias is null || bias.Zip(weightScales).All(b => Math.Abs(b.First / ((double)b.Second * inputScale)) < LargestBias);

    /// <summary>
    /// Integer convolutions have integer outputs only, and the classifier is too small to gain: written for integers, these would have their weights
    /// multiplied by the scales in every run.
    /// </summary>
    private OperandForm FormOf(GraphNode node, QuantizedLayer layer, ChannelAffine? norm, float[]? bias) => options.Integers && layer.Formats.AreComputedOn
        && (node.Operator == "Linear"
            ? network.Output != node.Output
            : LayerKind.EndsInCodes(network, node, l => LayerFormats.AreWide(l.InputFormat)) && FitsIntegers(bias, Codes(layer, norm).Scales, layer.InputScale!.Value))
            ? OperandForm.Integers
            : layer.SumsCodes ? OperandForm.Codes : OperandForm.Values;

    private RoundedValue Rounded(GraphNode node, QuantizedLayer layer, OperandForm form)
    {
        var (x, scale) = (NameOf(node.Inputs[0]), layer.InputScale!.Value);
        if (!rounded.TryGetValue((x, layer.InputFormat, scale, form), out var value))
        {
            value = Round(node, layer, x, scale, form);
            rounded[(x, layer.InputFormat, scale, form)] = value;
        }

        probes.Add(new LayerProbe(layers[layer], value.Codes, value.CodeScale));
        return value;
    }

    private RoundedValue Round(GraphNode node, QuantizedLayer layer, string x, float scale, OperandForm form)
    {
        var (rounding, name) = (new ActivationRounding(graph), node.Name + ".input");
        if (layer.InputFormat is not BlockFormat format)
            return rounding.Add(x, layer.InputFormat, scale, name, form);
        var channels = layer.weight.shape[1] * (long)node.Attributes.GetValueOrDefault("group", 1L);
        var rounded = new BlockRounding(graph, rounding).Add(x, format, scale, name, channels, node.Operator == "Conv");
        return new RoundedValue(rounded, rounded, 1);
    }

    private string NameOf(GraphValue value)
    {
        if (names.TryGetValue(value, out var name))
            return name;
        var constant = value.Constant ?? throw new InvalidOperationException($"'{value.Name}' is used before it is computed");
        return names[value] = constant.dtype switch
        {
            ScalarType.Int64 => graph.Longs(value.Name, constant.shape, constant.data<long>().ToArray()),
            ScalarType.Int8 => graph.Tensor<sbyte>(value.Name, TensorProto.Types.DataType.Int8, constant.shape, constant.data<sbyte>().ToArray()),
            _ => graph.Floats(value.Name, constant.shape, ChannelAffine.Values(constant)),
        };
    }
}
