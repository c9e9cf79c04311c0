using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>What a cost model needs to know of a quantized layer.</summary>
/// <param name="Name">The layer's module name, <c>layer1.0.conv1</c>.</param>
/// <param name="Macs">Multiply-accumulate operations for one input sample.</param>
/// <param name="Weights">Number of weights, without the bias.</param>
/// <param name="Pinned">The format that this layer always has, whatever is searched; null for a layer that is searched.</param>
public sealed record LayerShape(string Name, long Macs, long Weights, NumberFormat? Pinned = null);
