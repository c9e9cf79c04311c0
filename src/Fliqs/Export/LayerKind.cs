using System.Globalization;
using Fliqs.Graphs;
using Fliqs.Models;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>
/// What the quantized layers of a network are, in one line each that is the same for layers that cost a runtime the same:
/// <c>conv 64x32x3x3 stride 2 padding 1 at 28x28 unsigned to codes</c>. Its output goes <c>to codes</c> where only other layers take it, <c>to sum</c> where
/// it is rounded and added to something, and <c>to float</c> elsewhere.
/// </summary>
public static class LayerKind
{
    /// <summary>How the line of a layer ends whose output other layers round.</summary>
    internal const string ToCodes = "to codes";

    /// <summary>How the line of a layer ends whose output is rounded before it is added to something.</summary>
    internal const string ToSum = "to sum";

    /// <summary>The line of every layer by its name. Its first word is the operation: conv, depthwise or linear.</summary>
    /// <exception cref="InputException">The network cannot say what it computes, or applies a layer more than once.</exception>
    public static IReadOnlyDictionary<string, string> Of(QuantizedModel model)
    {
        var inputs = InputShapes(model);
        var graph = GraphBuilder.Trace(model.Network);
        if (model.Layers.FirstOrDefault(l => graph.Nodes.Count(n => ReferenceEquals(n.Module, l.Layer)) > 1) is { Name: { } again })
            throw new InputException($"layer '{again}' is applied more than once; what runtimes compute in is known of layers that are applied once");
        return graph.Nodes.Where(n => n.Module is QuantizedLayer).ToDictionary(n => n.Name, n => Describe(graph, n, inputs[n.Name]));
    }

    /// <summary>The input of every layer for one image.</summary>
    internal static Dictionary<string, long[]> InputShapes(QuantizedModel model)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var shapes = new Dictionary<string, long[]>();
        foreach (var (name, layer) in model.Layers)
        {
            layer.InputFilter = input =>
            {
                shapes[name] = input.shape;
                return input;
            };
        }

        var training = model.Network.training;
        model.Network.eval();
        model.Network.forward(zeros([1, .. model.InputShape], device: model.Network.parameters().First().device));
        model.Network.train(training);
        foreach (var (_, layer) in model.Layers)
            layer.InputFilter = null;
        return shapes;
    }

    /// <summary>Whether the output of a layer goes to layers that round it to integers, or to such a rounding, and nowhere else: a runtime then does so at once.</summary>
    internal static bool EndsInCodes(NetworkGraph graph, GraphNode layer, Func<QuantizedLayer, bool> roundsToIntegers)
    {
        var consumers = Behind(graph, layer);
        return consumers.Count > 0 && consumers.All(c => c.Operator == "QuantizeLinear" || (c.Module is QuantizedLayer next && roundsToIntegers(next)));
    }

    /// <summary>What takes the output of a layer, once it has been normalised and clipped.</summary>
    private static List<GraphNode> Behind(NetworkGraph graph, GraphNode layer)
    {
        var value = layer.Output;
        while (graph.ConsumersOf(value).ToList() is [{ Operator: "BatchNormalization" or "Relu" or "Clip" } step])
            value = step.Output;
        return [.. graph.ConsumersOf(value)];
    }

    private static string Describe(NetworkGraph graph, GraphNode node, long[] input)
    {
        var layer = (QuantizedLayer)node.Module!;
        var weight = string.Join('x', layer.weight.shape);
        var sign = layer.NonNegativeInput ? "unsigned" : "signed";
        if (node.Operator == "Linear")
            return string.Create(CultureInfo.InvariantCulture, $"linear {weight} at {input[..^1].Aggregate(1L, (a, b) => a * b)} {sign}");
        long[] Of(string name) => (long[])node.Attributes[name];
        var groups = (long)node.Attributes["group"];
        var parts = new[]
        {
            groups == layer.weight.shape[0] && groups > 1 ? "depthwise" : "conv", weight, $"stride {string.Join('x', Of("strides").Distinct())}",
            $"padding {string.Join('x', Of("pads")[..2].Distinct())}", Of("dilations").All(d => d == 1) ? null : $"dilation {string.Join('x', Of("dilations").Distinct())}",
            groups == 1 || groups == layer.weight.shape[0] ? null : $"groups {groups}", $"at {input[2]}x{input[3]}", sign,
            !EndsInCodes(graph, node, _ => true) ? "to float" : Behind(graph, node).All(c => c.Module is QuantizedLayer) ? ToCodes : ToSum,
        };
        return string.Join(' ', parts.OfType<string>());
    }
}
