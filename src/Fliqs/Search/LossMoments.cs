namespace Fliqs.Search;

/// <summary>Sums over steps that tell how the loss y depends on size x in the mean.</summary>
/// <param name="Count">Number of steps.</param>
/// <param name="X">Sum of x.</param>
/// <param name="Y">Sum of y.</param>
/// <param name="XX">Sum of x squared.</param>
/// <param name="XY">Sum of the products.</param>
/// <param name="YY">Sum of y squared.</param>
public readonly record struct LossMoments(int Count, double X, double Y, double XX, double XY, double YY)
{
    /// <summary>The slope of y over x by least squares; 0 where x does not vary.</summary>
    public double Slope => Varies ? Covariance / Variance : 0;

    private double Variance => (XX / Count) - (X / Count * (X / Count));

    private double Covariance => (XY / Count) - (X / Count * (Y / Count));

    private bool Varies => Count > 1 && Variance > 1e-12 * XX / Count;

    /// <summary>The sums with one step more.</summary>
    public LossMoments With(double x, double y) => new(Count + 1, X + x, Y + y, XX + (x * x), XY + (x * y), YY + (y * y));

    /// <summary>The mean square of what a slope leaves of y; the mean of y counts as noise.</summary>
    public double Residual(double slope) => Count == 0 ? 0 : (YY / Count) + (slope * ((slope * Variance) - (2 * Covariance)));
}
