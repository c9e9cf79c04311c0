using static TorchSharp.torch;

namespace Fliqs.Graphs;

/// <summary>One operation of a <see cref="NetworkGraph"/>.</summary>
/// <param name="Name">Unique in its graph: the path of the module that it belongs to, <c>layer1.0.conv1</c>, and the operation behind it.</param>
/// <param name="Operator">An operator of ONNX, with its inputs and attributes; or <c>Linear</c>, which has those of a linear layer.</param>
/// <param name="Inputs">What it computes from; weights are constants among them.</param>
/// <param name="Output">What it makes.</param>
/// <param name="Attributes">Float, long or long[] by name.</param>
/// <param name="Module">The quantized layer whose formats the operation has; null for all others.</param>
public sealed record GraphNode(
    string Name, string Operator, IReadOnlyList<GraphValue> Inputs, GraphValue Output, IReadOnlyDictionary<string, object> Attributes,
    nn.Module? Module = null);
