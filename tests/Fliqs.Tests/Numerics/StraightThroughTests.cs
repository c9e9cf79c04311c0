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
            StraightThrough.ClippedGradient(x, gradient, actual, -2.5f, 7.5f, [1]);
            for (var i = 0; i < length; i++)
                FloatCases.AssertSame(x[i] >= -2.5f && x[i] <= 7.5f ? gradient[i] : 0, actual[i], $"at {x[i]:R}");
        }
    }

    [Fact]
    public void The_gradient_by_codes_is_scaled_and_passes_inside_the_range_only_at_every_length()
    {
        const float Scale = 0.37f;
        for (var length = 0; length <= 257; length++)
        {
            var offset = length % 5;
            var x = FloatCases.Mixed(length + offset);
            var gradient = Array.ConvertAll(FloatCases.Mixed(length + offset + 1000)[1000..], g => (ushort)(BitConverter.SingleToUInt32Bits(g) >> 16));
            var actual = Enumerable.Repeat(12345f, length + offset + 1).ToArray();
            StraightThrough.ClippedCodeGradient(x.AsSpan(offset), gradient.AsSpan(offset), actual.AsSpan(offset, length), -2.5f, 7.5f, [Scale]);
            for (var i = offset; i < x.Length; i++)
            {
                var passed = BitConverter.UInt32BitsToSingle((uint)gradient[i] << 16) * (1 / Scale);
                FloatCases.AssertSame(x[i] >= -2.5f * Scale && x[i] <= 7.5f * Scale ? passed : 0, actual[i], $"element {i - offset} of {length}, at {x[i]:R}");
            }

            Assert.All(actual[..offset].Append(actual[^1]), value => Assert.Equal(12345, value));
        }
    }

    [Fact]
    public void Of_bfloat16_it_is_that_of_the_same_numbers_in_float32_rounded_once()
    {
        for (var length = 0; length <= 70; length++)
        {
            var x = Array.ConvertAll(FloatCases.Mixed(length), BFloat16Storage.Store);
            var gradient = Array.ConvertAll(FloatCases.Mixed(length + 1000)[1000..], BFloat16Storage.Store);
            var (actual, expected) = (new ushort[length], new float[length]);
            StraightThrough.ClippedCodeGradient(x, gradient, actual, -2.5f, 7.5f, [0.3f]);
            StraightThrough.ClippedCodeGradient(Array.ConvertAll(x, BFloat16Storage.Load), gradient, expected, -2.5f, 7.5f, [0.3f]);
            Assert.Equal(Array.ConvertAll(expected, BFloat16Storage.Store), actual);
        }
    }

    /// <summary>Whether rows are few or so many that threads share them.</summary>
    [Theory, InlineData(3, 21), InlineData(401, 193)]
    public void Every_row_has_its_own_range(int rows, int length)
    {
        var (x, gradient) = (FloatCases.Gaussian(rows * length), FloatCases.Gaussian(rows * length, 2));
        var codes = Array.ConvertAll(gradient, BFloat16Storage.Store);
        float[] scales = [.. Enumerable.Range(1, rows).Select(r => 1f / r)];
        var (values, byCodes) = (new float[x.Length], new float[x.Length]);
        StraightThrough.ClippedGradient(x, gradient, values, -2, 1, scales);
        StraightThrough.ClippedCodeGradient(x, codes, byCodes, -2, 1, scales);
        for (var i = 0; i < x.Length; i++)
        {
            var scale = scales[i / length];
            var passes = x[i] >= -2 * scale && x[i] <= scale;
            FloatCases.AssertSame(passes ? gradient[i] : 0, values[i], $"element {i}");
            FloatCases.AssertSame(passes ? BFloat16Storage.Load(codes[i]) * (1 / scale) : 0, byCodes[i], $"element {i} by codes");
        }
    }

    [Fact]
    public void A_gradient_that_is_not_finite_is_dropped_where_clipped_and_kept_elsewhere()
    {
        var x = Enumerable.Repeat(new[] { 9f, 0f }, 16).SelectMany(pair => pair).ToArray();
        var gradient = Enumerable.Repeat(float.NaN, 32).ToArray();
        StraightThrough.ClippedGradient(x, gradient, gradient, -1, 1, [1]);
        Assert.All(gradient.Where((_, i) => i % 2 == 0), value => Assert.Equal(0, value));
        Assert.All(gradient.Where((_, i) => i % 2 == 1), value => Assert.True(float.IsNaN(value)));
    }

    [Fact]
    public void Lengths_that_differ_are_an_error()
    {
        var three = new float[3];
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedGradient(three, new float[2], three, 0, 1, [1]));
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedGradient(three, three, new float[2], 0, 1, [1]));
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedCodeGradient(three, new ushort[2], three, 0, 1, [1]));
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedCodeGradient(three, new ushort[3], new float[2], 0, 1, [1]));
        Assert.Throws<ArgumentException>(() => StraightThrough.ClippedCodeGradient(three, new ushort[3], three, 0, 1, [1, 1]));
    }
}
