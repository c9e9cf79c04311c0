namespace Fliqs.Cost;

/// <summary>The measured latency of a layer.</summary>
/// <param name="Layer">What the layer is, see <see cref="LatencyTable"/>.</param>
/// <param name="Weight">Format of the weights.</param>
/// <param name="Activation">Format of the input.</param>
/// <param name="Milliseconds">The median of the runs, for one image, scaled to whole networks.</param>
/// <param name="Spread">The distance of the quartiles over the median.</param>
public sealed record LatencyEntry(string Layer, string Weight, string Activation, double Milliseconds, double Spread);
