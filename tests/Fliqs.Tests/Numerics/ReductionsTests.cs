using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class ReductionsTests
{
    public static TheoryData<string> All => FloatCases.All;

    [Fact]
    public void MaxAbs_is_the_largest_magnitude_at_every_length()
    {
        for (var length = 0; length <= 257; length++)
        {
            var x = FloatCases.Gaussian(length);
            var expected = x.Select(MathF.Abs).DefaultIfEmpty(0).Max();
            Assert.Equal(expected, Reductions.MaxAbs(x));
            Assert.Equal(Math.Max(0, x.DefaultIfEmpty(0).Max()), Reductions.MaxPositive<float, SingleStorage>(x));
        }
    }

    [Theory]
    [InlineData(0x7f800000)]
    [InlineData(0xff800000)]
    [InlineData(0x7f800001)]
    [InlineData(0x7fc00000)]
    [InlineData(0xffc00000)]
    public void One_element_that_is_not_finite_shows_in_the_maximum(uint bits)
    {
        var odd = BitConverter.UInt32BitsToSingle(bits);
        for (var i = 0; i < 50; i++)
        {
            var x = FloatCases.Gaussian(50);
            x[i] = odd;
            Assert.False(float.IsFinite(Reductions.MaxAbs(x)));
            Assert.False(float.IsFinite(Reductions.MaxPositive<float, SingleStorage>(x)));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void Errors_have_the_bits_of_the_scalar_sums(string name)
    {
        var format = NumberFormat.Parse(name);
        for (var length = 0; length <= 2100; length = length < 70 ? length + 1 : length + 677)
        {
            var x = FloatCases.Gaussian(length, seed: 2);
            var weight = FloatCases.Gaussian(length, seed: 3);
            var scale = format.IsScaled ? 3 / format.MaxValue : 1;
            var errors = x.Select(value => value - NumberFormatTests.RoundScaled(format, value, scale)).ToArray();
            Assert.Equal(LaneSum(errors), Reductions.SquaredError(x, format, scale));
            Assert.Equal(
                LaneSum([.. errors.Zip(weight, (error, w) => error * w)]),
                Reductions.WeightedSquaredError(x, weight, format, scale));
        }
    }

    [Fact]
    public void Differences_are_added_with_their_weights()
    {
        for (var length = 0; length <= 2100; length = length < 70 ? length + 1 : length + 677)
        {
            var (x, y, weight) = (FloatCases.Gaussian(length, seed: 2), FloatCases.Gaussian(length, seed: 3), FloatCases.Gaussian(length, seed: 4));
            var terms = Enumerable.Range(0, length).Select(i => (double)weight[i] * (x[i] - y[i])).ToList();
            Assert.Equal(terms.Sum(), Reductions.WeightedDifference(x, y, weight), 1e-6 * (1 + terms.Sum(Math.Abs)));
        }

        Assert.Throws<ArgumentException>(() => Reductions.WeightedDifference([1, 2], [1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Reductions.WeightedDifference([1, 2], [1, 2], [1]));
    }

    [Fact]
    public void Long_sums_keep_their_accuracy()
    {
        var x = FloatCases.Gaussian(1_000_003);
        var weight = FloatCases.Gaussian(x.Length, seed: 5);
        var errors = x
            .Select(value => (double)value - NumberFormatTests.RoundScaled(NumberFormat.Int4, value, 0.4f))
            .ToArray();
        AssertClose(errors.Sum(error => error * error), Reductions.SquaredError(x, NumberFormat.Int4, 0.4f));
        AssertClose(
            errors.Zip(weight, (error, w) => error * w * error * w).Sum(),
            Reductions.WeightedSquaredError(x, weight, NumberFormat.Int4, 0.4f));
    }

    [Theory, InlineData(-100), InlineData(-60), InlineData(60), InlineData(100)]
    public void Tiny_and_huge_values_have_the_error_of_everyday_ones(int exponent)
    {
        var factor = MathF.ScaleB(1, exponent);
        var x = FloatCases.Gaussian(1000);
        float[] scaled = [.. x.Select(value => value * factor)];
        var expected = Reductions.SquaredError(x, NumberFormat.E2M1, 0.25f) * factor * factor;
        Assert.Equal(expected, Reductions.SquaredError(scaled, NumberFormat.E2M1, 0.25f * factor));
    }

    [Fact]
    public void An_element_that_is_not_finite_makes_the_error_not_finite() =>
        Assert.False(double.IsFinite(Reductions.SquaredError([1, float.PositiveInfinity], NumberFormat.Int4, 1)));

    [Fact]
    public void Lengths_that_differ_are_an_error() =>
        Assert.Throws<ArgumentException>(
            () => Reductions.WeightedSquaredError(new float[3], new float[2], NumberFormat.Int4, 1));

    private static void AssertClose(double expected, double actual) =>
        Assert.InRange(actual / expected, 1 - Tolerances.SumOfSquares, 1 + Tolerances.SumOfSquares);

    // The documented order: 16 float32 lanes in blocks of 1024, summed up in double.
    private static double LaneSum(float[] errors)
    {
        var total = 0.0;
        foreach (var block in errors.Chunk(1024))
        {
            var lanes = new float[16];
            for (var i = 0; i < block.Length; i++)
                lanes[i % 16] += block[i] * block[i];
            foreach (var lane in lanes)
                total += lane;
        }

        return total;
    }
}
