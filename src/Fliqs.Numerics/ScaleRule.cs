namespace Fliqs.Numerics;

/// <summary>How the scale of a tensor is chosen; see <see cref="ScaleFinder"/>.</summary>
public enum ScaleRule
{
    /// <summary>The largest magnitude maps to the largest value of the format: nothing is clipped.</summary>
    MaxAbs,

    /// <summary>The scale of least squared error: outliers are clipped where that pays.</summary>
    LeastSquares,
}
