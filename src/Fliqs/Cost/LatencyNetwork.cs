namespace Fliqs.Cost;

/// <summary>A whole network beside the sum of its layers.</summary>
/// <param name="Model">The network.</param>
/// <param name="Format">The format of all of its layers.</param>
/// <param name="Milliseconds">The median of the runs, for one image.</param>
/// <param name="Layers">The sum of its layers by themselves, milliseconds, before they were scaled.</param>
public sealed record LatencyNetwork(string Model, string Format, double Milliseconds, double Layers);
