namespace Fliqs.OnnxRuntime;

/// <summary>How the rounded input of a layer in an exported network compares with ours.</summary>
/// <param name="Layer">The layer, or <see cref="Verification.Output"/>.</param>
/// <param name="Differing">The share of values that differ by more than a thousandth of the largest, 0 to 1.</param>
/// <param name="LargestDifference">Over the largest magnitude of the layer's input.</param>
public sealed record LayerAgreement(string Layer, double Differing, double LargestDifference);
