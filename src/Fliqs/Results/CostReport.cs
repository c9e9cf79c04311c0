namespace Fliqs.Results;

/// <summary>What a network costs in given formats.</summary>
/// <param name="Model">The network.</param>
/// <param name="Macs">Multiply-accumulate operations for a sample.</param>
/// <param name="Gbops">Bit operations for a sample, 10^9.</param>
/// <param name="Parameters">All parameters, biases and norms among them.</param>
/// <param name="SizeBytes">Bytes of the quantized weights.</param>
/// <param name="Layers">The quantized layers.</param>
public sealed record CostReport(
    string Model, long Macs, double Gbops, long Parameters, double SizeBytes, IReadOnlyList<LayerCostReport> Layers);
