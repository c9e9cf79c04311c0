namespace Fliqs.Export;

/// <summary>Where an exported network holds the rounded input of a layer.</summary>
/// <param name="Layer">The layer; each of its uses, in their order, has a probe.</param>
/// <param name="Value">The value in the graph: codes where it has them.</param>
/// <param name="Scale">What the codes are multiplied with to give the rounded input.</param>
public sealed record LayerProbe(string Layer, string Value, float Scale);
