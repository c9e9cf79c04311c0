using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class ScaleFinderTests
{
    private static readonly NumberFormat[] Scaled = [.. FloatCases.Elementwise.Where(format => format.IsScaled)];

    public static TheoryData<ScaleRule> Rules => [ScaleRule.MaxAbs, ScaleRule.LeastSquares];

    [Fact]
    public void MaxAbs_maps_the_largest_magnitude_to_the_largest_value()
    {
        Assert.Equal(14f / 7, ScaleFinder.Find([3, -14, 2], NumberFormat.Int4, ScaleRule.MaxAbs));
        Assert.Equal(3f / 15, ScaleFinder.Find([3, -14, 2], NumberFormat.Parse("UINT4"), ScaleRule.MaxAbs));
        Assert.Equal(14f / 448, ScaleFinder.Find([3, -14, 2], NumberFormat.E4M3, ScaleRule.MaxAbs));
    }

    [Fact]
    public void LeastSquares_is_never_worse_than_MaxAbs() =>
        Gen.Select(FloatCases.OneOf(Scaled), Gen.Int[0, 300], Gen.Long, Gen.Double[-60, 60]).Sample(
            (format, length, seed, exponent) =>
            {
                var x = FloatCases.Gaussian(length, seed, Math.Pow(2, exponent));
                Assert.True(Error(x, format, ScaleRule.LeastSquares) <= Error(x, format, ScaleRule.MaxAbs));
            },
            iter: 400);

    [Theory, InlineData("INT2", 0.5), InlineData("INT3", 0.6), InlineData("INT4", 0.8)]
    public void LeastSquares_is_much_better_at_few_bits(string name, double factor)
    {
        var x = FloatCases.Gaussian(ScaleFinder.SampleSize);
        var format = NumberFormat.Parse(name);
        Assert.True(Error(x, format, ScaleRule.LeastSquares) < factor * Error(x, format, ScaleRule.MaxAbs));
    }

    [Fact]
    public void Equally_good_scales_give_the_largest() =>
        Assert.Equal(1, ScaleFinder.Find([-1, 0, 1, 1], NumberFormat.Int2, ScaleRule.LeastSquares));

    [Theory, InlineData(1), InlineData(64), InlineData(96), InlineData(512)]
    public void A_sample_of_a_long_span_stands_for_all_of_it(int channels)
    {
        var x = FloatCases.Gaussian(50_003);
        for (var i = 0; i < x.Length; i += channels)
            x[i] *= 4;
        foreach (var format in new[] { NumberFormat.Int2, NumberFormat.Int3, NumberFormat.Int4, NumberFormat.E2M1 })
        {
            var found = Error(x, format, ScaleRule.LeastSquares);
            var widest = ScaleFinder.Find(x, format, ScaleRule.MaxAbs);
            var best = Enumerable.Range(0, ScaleFinder.ThresholdCount(format))
                .Min(k => Reductions.SquaredError(x, format, widest * MathF.Pow(0.9f, k)));
            Assert.True(found <= Tolerances.SampledError * best, $"{format}, {channels} channels: {found} for {best}");
        }
    }

    [Fact]
    public void The_maximum_is_taken_over_everything()
    {
        for (var place = 0; place < 100_000; place += 9_973)
        {
            var x = new float[100_000];
            x[place] = 70;
            Assert.Equal(10, ScaleFinder.Find(x, NumberFormat.Int4, ScaleRule.MaxAbs));
            Assert.NotEqual(1, ScaleFinder.Find(x, NumberFormat.Int4, ScaleRule.LeastSquares));
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void Bfloat16_has_the_scale_of_the_same_numbers_in_float32(ScaleRule rule)
    {
        foreach (var length in (int[])[0, 1, 17, 1000, 70_001])
        {
            var x = Array.ConvertAll(FloatCases.Gaussian(length), BFloat16Storage.Store);
            Assert.All(FloatCases.Elementwise, format =>
                Assert.Equal(ScaleFinder.Find(Array.ConvertAll(x, BFloat16Storage.Load), format, rule), ScaleFinder.Find(x, format, rule)));
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void Nothing_to_scale_gives_one(ScaleRule rule)
    {
        Assert.All(Scaled, format => Assert.Equal(1, ScaleFinder.Find(Array.Empty<float>(), format, rule)));
        Assert.All(Scaled, format => Assert.Equal(1, ScaleFinder.Find(new float[9], format, rule)));
        Assert.Equal(1, ScaleFinder.Find([-3, -2], NumberFormat.Parse("UINT4"), rule));
        foreach (var format in FloatCases.Elementwise.Except(Scaled))
            Assert.Equal(1, ScaleFinder.Find([3, 2], format, rule));
    }

    [Theory, MemberData(nameof(Rules))]
    public void Input_that_is_not_finite_stays_visible(ScaleRule rule)
    {
        foreach (var odd in new[] { float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            foreach (var length in new[] { 3, 20_000 })
            {
                var x = FloatCases.Gaussian(length);
                x[length / 2] = odd;
                Assert.All(Scaled, format => Assert.True(float.IsNaN(ScaleFinder.Find(x, format, rule))));
            }
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void The_ends_of_float32_give_usable_scales(ScaleRule rule)
    {
        foreach (var extreme in new[] { float.Epsilon, 1e-40f, 1.2e-38f, 1e-30f, 1e30f, 1e38f, float.MaxValue })
        {
            foreach (var format in Scaled)
            {
                float[] x = [extreme, extreme / 2, 0, extreme / 3];
                var scale = ScaleFinder.Find(x, format, rule);
                Assert.True(float.IsNormal(scale) && float.IsNormal(1 / scale), $"{format} of {extreme}: {scale}");
                format.Round(x, x, scale);
                Assert.All(x, value => Assert.True(float.IsFinite(value), $"{format} of {extreme}: {value}"));
            }
        }
    }

    [Theory, InlineData(-60), InlineData(60)]
    public void The_scale_follows_a_power_of_two(int exponent)
    {
        var factor = MathF.ScaleB(1, exponent);
        var x = FloatCases.Gaussian(3000);
        float[] moved = [.. x.Select(value => value * factor)];
        foreach (var format in new[] { NumberFormat.Int2, NumberFormat.Int4, NumberFormat.E4M3, NumberFormat.Parse("E7M0") })
        {
            var scale = ScaleFinder.Find(x, format, ScaleRule.LeastSquares);
            Assert.Equal(factor * scale, ScaleFinder.Find(moved, format, ScaleRule.LeastSquares));
        }
    }

    [Theory, MemberData(nameof(Rules))]
    public void Each_row_has_the_scale_it_would_have_alone(ScaleRule rule)
    {
        var x = FloatCases.Gaussian(5 * 27);
        var scales = new float[5];
        ScaleFinder.FindRows(x, 5, NumberFormat.Int3, rule, scales);
        for (var row = 0; row < 5; row++)
            Assert.Equal(ScaleFinder.Find(x.AsSpan(row * 27, 27), NumberFormat.Int3, rule), scales[row]);
        Assert.True(scales.Distinct().Count() > 1);
    }

    [Fact]
    public void Rows_that_do_not_fit_are_an_error()
    {
        var x = new float[10];
        Assert.Throws<ArgumentException>(() => ScaleFinder.FindRows(x, 3, NumberFormat.Int4, default, new float[3]));
        Assert.Throws<ArgumentException>(() => ScaleFinder.FindRows(x, 2, NumberFormat.Int4, default, new float[3]));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScaleFinder.FindRows(x, -1, NumberFormat.Int4, default, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => ScaleFinder.Find([1], NumberFormat.Int4, (ScaleRule)9));
    }

    private static double Error(float[] x, NumberFormat format, ScaleRule rule) =>
        Reductions.SquaredError(x, format, ScaleFinder.Find(x, format, rule));
}
