using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class StraightThroughTests
{
    [Fact]
    public void The_gradient_passes_inside_the_range_only()
    {
        for (var length = 0; length <= 67; length++)
        {
            var x = FloatCases.Mixed(length);
            var gradient = FloatCases.Gaussian(length);
            var actual = new float[length];
            StraightThrough.ClippedGradient(x, gradient, actual, -2.5f, 7.5f);
            for (var i = 0; i < length; i++)
                FloatCases.AssertSame(x[i] >= -2.5f && x[i] <= 7.5f ? gradient[i] : 0, actual[i], $"at {x[i]:R}");
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_dropped_where_clipped_and_kept_elsewhere()
    {
        var x = Enumerable.Repeat(new[] { 9f, 0f }, 16).SelectMany(pair => pair).ToArray();
        var gradient = Enumerable.Repeat(float.NaN, 32).ToArray();
        StraightThrough.ClippedGradient(x, gradient, gradient, -1, 1);
        Assert.All(gradient.Where((_, i) => i % 2 == 0), value => Assert.Equal(0, value));
        Assert.All(gradient.Where((_, i) => i % 2 == 1), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Lengths_that_differ_are_an_error()
    {
        var three = new float[3];
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedGradient(three, new float[2], three, 0, 1));
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedGradient(three, three, new float[2], 0, 1));
    }
}
