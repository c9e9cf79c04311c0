namespace Fliqs.Cost;

/// <summary>What it takes beyond two neighbours by themselves when one of them computes on integers and the other one does not; milliseconds, at least 0.</summary>
/// <param name="Layer">What the layer is, see <see cref="LatencyTable"/>.</param>
/// <param name="Next">What the layer behind it is.</param>
/// <param name="ToIntegers">When the layer behind computes on integers.</param>
/// <param name="ToFloats">When the layer itself does.</param>
public sealed record LatencyChange(string Layer, string Next, double ToIntegers, double ToFloats);
