namespace Fliqs.Cost;

/// <summary>A whole network beside the sum of its layers.</summary>
/// <param name="Model">The network.</param>
/// <param name="Format">The format of all of its layers.</param>
/// <param name="Milliseconds">The median of the runs, for one image.</param>
/// <param name="Layers">What the table gives for its layers together, milliseconds.</param>
public sealed record LatencyNetwork(string Model, string Format, double Milliseconds, double Layers);
