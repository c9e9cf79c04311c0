using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class NumberFormatTests
{
    public static TheoryData<string> All => FloatCases.All;

    public static TheoryData<string> Listed => FloatCases.Listed;

    [Fact]
    public void All_has_every_integer_every_float_up_to_8_bits_and_the_formats_in_blocks()
    {
        Assert.Equal(7 + 7 + 25 + 3 + 7, NumberFormat.All.Count);
        Assert.Equal(NumberFormat.All.Count, NumberFormat.All.Distinct().Count());
    }

    [Theory, MemberData(nameof(All))]
    public void A_printed_format_parses_to_itself(string name)
    {
        var format = NumberFormat.Parse(name);
        Assert.Equal(name, format.ToString());
        Assert.Same(format, NumberFormat.Parse(name.ToLowerInvariant()));
        Assert.True(format == NumberFormat.Parse(name));
        Assert.Equal(format.GetHashCode(), NumberFormat.Parse(name).GetHashCode());
    }

    [Fact]
    public void Different_formats_are_not_equal()
    {
        Assert.True(NumberFormat.Int4 != NumberFormat.Int8);
        Assert.False(NumberFormat.Int4.Equals(null));
        Assert.False(NumberFormat.Int4.Equals((object)"INT4"));
    }

    [Theory]
    [InlineData("INT9", "INT2")]
    [InlineData("e4m4", "E4M0")]
    [InlineData("FP8", "FP16")]
    [InlineData("", "INT2")]
    public void An_unknown_name_is_an_error_of_one_line_that_names_a_known_one(string name, string nearest)
    {
        Assert.False(NumberFormat.TryParse(name, out _));
        var message = Assert.Throws<FormatException>(() => NumberFormat.Parse(name)).Message;
        Assert.Contains($"'{name}'", message, StringComparison.Ordinal);
        Assert.EndsWith($"{nearest}?", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void No_name_is_no_format()
    {
        Assert.False(NumberFormat.TryParse(null, out _));
        Assert.Throws<ArgumentNullException>(() => NumberFormat.Parse(null!));
    }

    [Theory, MemberData(nameof(Listed))]
    public void Values_ascend_without_repetition_and_agree_with_the_range(string name)
    {
        var format = NumberFormat.Parse(name);
        Assert.Equal(format.Values.Order().Distinct(), format.Values);
        Assert.Equal(format.MaxValue, format.Values[^1]);
        Assert.Equal(format.MinValue, format.Values[0]);
        Assert.Equal(format.SmallestStep, format.Values.First(value => value > 0));
        Assert.Contains(format.MinNormal, format.Values);
        Assert.True(format.Values.Count <= 1 << (int)format.Bits);
    }

    [Theory, MemberData(nameof(Listed))]
    public void Values_ties_and_their_neighbours_round_to_the_nearest_even(string name)
    {
        var format = NumberFormat.Parse(name);
        var values = format.Values;
        var middles = values.Zip(values.Skip(1), (low, high) => (float)(((double)low + high) / 2));
        float[] inputs =
        [
            .. values.Concat(middles).SelectMany(x => new[] { MathF.BitDecrement(x), x, MathF.BitIncrement(x) }),
            format.MaxValue * 1.01f, format.MaxValue * 3, float.MaxValue, float.MinValue, -0f,
        ];
        AssertNearest(format, inputs);
    }

    [Theory, MemberData(nameof(Listed))]
    public void Anything_rounds_to_the_nearest_value(string name)
    {
        var format = NumberFormat.Parse(name);
        FloatCases.Any.Array[0, 70].Sample(inputs => AssertNearest(format, inputs), iter: 60);
    }

    [Theory, MemberData(nameof(All))]
    public void Rounding_is_idempotent_and_monotone(string name)
    {
        var format = NumberFormat.Parse(name);
        FloatCases.Any.Array[0, 70].Sample(
            inputs =>
            {
                float[] x = [.. inputs.Where(value => !float.IsNaN(value)).Order()];
                format.Round(x, x);
                float[] again = [.. x];
                format.Round(again, again);
                for (var i = 0; i < x.Length; i++)
                {
                    Assert.True(x[i] == again[i], $"{name} of {x[i]:R} gives {again[i]:R}");
                    Assert.True(i == 0 || x[i - 1] <= x[i], $"{name}: {x[Math.Max(0, i - 1)]} before {x[i]}");
                }
            },
            iter: 60);
    }

    [Theory, MemberData(nameof(All))]
    public void Signed_rounding_is_symmetric(string name)
    {
        var format = NumberFormat.Parse(name);
        if (format.MinValue == 0)
            format = NumberFormat.Parse(name[1..]);
        FloatCases.Any.Array[0, 70].Sample(
            x =>
            {
                float[] negated = [.. x.Select(value => -value)];
                format.Round(x, x);
                format.Round(negated, negated);
                for (var i = 0; i < x.Length; i++)
                    Assert.True(float.IsNaN(x[i]) ? float.IsNaN(negated[i]) : -x[i] == negated[i], $"{format}: {x[i]:R} and {negated[i]:R}");
            },
            iter: 30);
    }

    [Fact]
    public void Lengths_that_differ_are_an_error()
    {
        Assert.Throws<ArgumentException>(() => NumberFormat.Int4.Round(new float[3], new float[4]));
        Assert.Throws<ArgumentException>(() => NumberFormat.Int4.RoundRows(new float[4], new float[3], new float[2]));
        Assert.Throws<ArgumentException>(() => NumberFormat.Int4.RoundRows(new float[5], new float[5], new float[2]));
        Assert.Throws<ArgumentException>(() => NumberFormat.Int4.RoundRows(new float[5], new float[5], []));
    }

    /// <summary>Whether rows are few or so many that threads share them.</summary>
    [Theory, InlineData(3, 21), InlineData(401, 193)]
    public void Rows_are_rounded_with_their_own_scale(int rows, int length)
    {
        var x = FloatCases.Gaussian(rows * length);
        float[] scales = [.. Enumerable.Range(1, rows).Select(r => 0.3f / r)];
        var (actual, codes) = (new float[x.Length], new ushort[x.Length]);
        NumberFormat.Int4.RoundRows(x, actual, scales);
        NumberFormat.Int4.RoundRowsToCodes(x, codes, scales);
        for (var i = 0; i < x.Length; i++)
        {
            FloatCases.AssertSame(RoundScaled(NumberFormat.Int4, x[i], scales[i / length]), actual[i], $"element {i}");
            FloatCases.AssertSame(actual[i], scales[i / length] * BFloat16Storage.Load(codes[i]), $"element {i} by its code");
        }
    }

    [Fact]
    public void A_scale_that_is_not_a_number_shows_in_every_result()
    {
        var x = FloatCases.Gaussian(19);
        NumberFormat.E4M3.Round(x, x, float.NaN);
        Assert.All(x, value => Assert.True(float.IsNaN(value)));
    }

    /// <summary>The documented formula, one element at a time.</summary>
    internal static float RoundScaled(NumberFormat format, float x, float scale) =>
        format.IsExact ? x : scale * format.Round(x * (1 / scale));

    private static void AssertNearest(NumberFormat format, float[] inputs)
    {
        float[] magnitudes = [.. format.Values.Where(value => value >= 0)];
        var actual = new float[inputs.Length];
        format.Round(inputs, actual);
        for (var i = 0; i < inputs.Length; i++)
            FloatCases.AssertSame(Nearest(magnitudes, format, inputs[i]), actual[i], $"{format} of {inputs[i]:R}");
    }

    private static float Nearest(float[] magnitudes, NumberFormat format, float x)
    {
        if (!float.IsFinite(x))
            return x;
        if (format.MinValue == 0)
            return x <= 0 ? 0 : magnitudes[NearestCode(magnitudes, x)];
        return MathF.CopySign(magnitudes[NearestCode(magnitudes, MathF.Abs(x))], x + 0f);
    }

    // By trying every value. Codes count up from zero, so a value's place among the magnitudes is its code.
    private static int NearestCode(float[] magnitudes, float x)
    {
        var magnitude = Math.Min((double)x, magnitudes[^1]);
        var best = 0;
        for (var code = 1; code < magnitudes.Length; code++)
        {
            var gain = Math.Abs(magnitudes[best] - magnitude) - Math.Abs(magnitudes[code] - magnitude);
            if (gain > 0 || (gain == 0 && code % 2 == 0))
                best = code;
        }

        return best;
    }
}
