namespace Fliqs.Results;

/// <summary>What a layer costs.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Weight">Format of the weights.</param>
/// <param name="Activation">Format of the input.</param>
/// <param name="Macs">Multiply-accumulate operations for a sample.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Gbops">Bit operations for a sample, 10^9.</param>
/// <param name="SizeBytes">Bytes of the weights.</param>
public sealed record LayerCostReport(
    string Name, string Weight, string Activation, long Macs, long Weights, double Gbops, double SizeBytes);
