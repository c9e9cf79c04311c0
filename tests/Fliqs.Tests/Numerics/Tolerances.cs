namespace Fliqs.Tests.Numerics;

/// <summary>How far results may be from exact arithmetic.</summary>
internal static class Tolerances
{
    /// <summary>Relative error of a sum of squares: at most 64 float32 additions a lane, of terms rounded twice.</summary>
    public const double SumOfSquares = 1e-5;

    /// <summary>The error at a scale found on a sample of 8192, relative to that at the best scale for everything.</summary>
    public const double SampledError = 1.1;
}
