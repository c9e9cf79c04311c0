namespace Fliqs.Space;

/// <summary>The decisions on the architecture of a network, and what they make of its layers.</summary>
/// <param name="Decisions">Kernels, expansions, filters and skips; they come first in a search space, so that indices stay.</param>
/// <param name="Shapes">The layers that they shape, by name.</param>
/// <param name="SkippedBy">The skip decision that leaves out a layer, by the layer's name; a layer that always stays is absent.</param>
public sealed record ElasticLayers(
    IReadOnlyList<Decision> Decisions, IReadOnlyDictionary<string, ElasticShape> Shapes, IReadOnlyDictionary<string, int> SkippedBy);
