namespace Fliqs.Cost;

/// <summary>A network whose layers have formats at random, beside what the table says of it.</summary>
/// <param name="Milliseconds">The median of the runs, for one image.</param>
/// <param name="Predicted">By the table, milliseconds.</param>
public sealed record LatencyCheck(double Milliseconds, double Predicted)
{
    /// <summary>How far the prediction is off, over what was measured.</summary>
    public double Error => Math.Abs(Predicted - Milliseconds) / Milliseconds;
}
