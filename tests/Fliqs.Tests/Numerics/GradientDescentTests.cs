using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class GradientDescentTests
{
    private const float Rate = 0.1f;
    private const float Momentum = 0.9f;
    private const float Decay = 0.01f;

    [Fact]
    public void Vectors_give_the_bits_of_scalars_at_every_length()
    {
        for (var length = 0; length <= 131; length++)
        {
            var (weights, gradient, moments) = (FloatCases.Gaussian(length, 1), FloatCases.Gaussian(length, 2), FloatCases.Gaussian(length, 3));
            var (expected, expectedMoments) = (weights.ToArray(), moments.ToArray());
            GradientDescent.Step(weights, gradient, moments, Rate, Momentum, Decay);
            ScalarBody.Run(new DescentStep(expected, gradient, expectedMoments, Rate, Momentum, Decay), length);
            FloatCases.AssertSame(expected, weights, $"weights of length {length}");
            FloatCases.AssertSame(expectedMoments, moments, $"moments of length {length}");
        }
    }

    [Fact]
    public void Lengths_have_to_agree()
    {
        Assert.Throws<ArgumentException>(() => GradientDescent.Step(new float[3], new float[2], new float[3], Rate, Momentum, Decay));
        Assert.Throws<ArgumentException>(() => GradientDescent.Step(new float[3], new float[3], new float[4], Rate, Momentum, Decay));
    }
}
