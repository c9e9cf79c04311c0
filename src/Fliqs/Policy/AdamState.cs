namespace Fliqs.Policy;

/// <summary>Adam (Kingma, Ba 2015) over a few arrays of doubles: the optimizer of the policy.</summary>
public sealed class AdamState
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-8;

    /// <summary>Moments for parameters of the shape of <paramref name="parameters"/>, all zero.</summary>
    public AdamState(double[][] parameters) =>
        (First, Second) = ([.. parameters.Select(p => new double[p.Length])], [.. parameters.Select(p => new double[p.Length])]);

    /// <summary>Steps taken.</summary>
    public int Steps { get; set; }

    /// <summary>The moving averages of the gradients.</summary>
    public double[][] First { get; }

    /// <summary>The moving averages of their squares.</summary>
    public double[][] Second { get; }

    /// <summary>Moves the parameters against their gradient.</summary>
    public void Step(double[][] parameters, double[][] gradient, double learningRate)
    {
        Steps++;
        var (c1, c2) = (1 - Math.Pow(Beta1, Steps), 1 - Math.Pow(Beta2, Steps));
        for (var i = 0; i < parameters.Length; i++)
        {
            for (var j = 0; j < parameters[i].Length; j++)
            {
                var g = gradient[i][j];
                First[i][j] = (Beta1 * First[i][j]) + ((1 - Beta1) * g);
                Second[i][j] = (Beta2 * Second[i][j]) + ((1 - Beta2) * g * g);
                parameters[i][j] -= learningRate * (First[i][j] / c1) / (Math.Sqrt(Second[i][j] / c2) + Epsilon);
            }
        }
    }
}
