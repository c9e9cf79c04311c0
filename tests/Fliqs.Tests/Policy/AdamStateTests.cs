using Fliqs.Policy;

namespace Fliqs.Tests.Policy;

public sealed class AdamStateTests
{
    private static readonly double[] Curvature = [1, 4, 0.1];
    private static readonly double[] Optimum = [1, -2, 3];

    [Fact]
    public void Takes_the_steps_of_the_textbook_on_a_quadratic()
    {
        double[][] x = [[0.0, 0], [0]];
        double[] y = [0, 0, 0], m = new double[3], v = new double[3];
        var adam = new AdamState(x);
        for (var t = 1; t <= 200; t++)
        {
            adam.Step(x, Gradient(x), 0.05);
            for (var i = 0; i < 3; i++)
            {
                // algorithm 1 of Kingma and Ba
                var g = Curvature[i] * (y[i] - Optimum[i]);
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.999 * v[i]) + (0.001 * g * g);
                y[i] -= 0.05 * (m[i] / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v[i] / (1 - Math.Pow(0.999, t))) + 1e-8);
            }

            Assert.Equal(y, [.. x[0], .. x[1]], (a, b) => Math.Abs(a - b) < 1e-9);
        }

        Assert.Equal(200, adam.Steps);
        Assert.Equal(Optimum[1], x[0][1], 0.05);
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(-3e5)]
    public void The_first_step_is_the_learning_rate_against_the_gradient_whatever_its_size(double gradient)
    {
        double[][] x = [[1]];
        new AdamState(x).Step(x, [[gradient]], 0.01);
        Assert.Equal(1 - (0.01 * Math.Sign(gradient)), x[0][0], 1e-5);
    }

    [Fact]
    public void Without_a_gradient_nothing_moves()
    {
        double[][] x = [[1, 2]];
        new AdamState(x).Step(x, [[0, 0]], 0.01);
        Assert.Equal([1, 2], x[0]);
    }

    private static double[][] Gradient(double[][] x) =>
        [[Curvature[0] * (x[0][0] - Optimum[0]), Curvature[1] * (x[0][1] - Optimum[1])], [Curvature[2] * (x[1][0] - Optimum[2])]];
}
