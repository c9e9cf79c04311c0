using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class IeeeFormatTests
{
    [Fact]
    public void Fp16_is_the_conversion_to_half() =>
        AllPatterns(NumberFormat.Fp16, x => (float)(Half)x);

    [Fact]
    public void Every_half_and_the_middles_between_them_round_as_the_conversion_does()
    {
        var codes = Enumerable.Range(0, 0x7c00);
        var halves = codes.Select(code => (float)BitConverter.UInt16BitsToHalf((ushort)code)).ToArray();
        float[] x = [.. halves, .. halves.Zip(halves.Skip(1), (low, high) => (low + high) / 2), 65519, 65520];
        var rounded = new float[x.Length];
        NumberFormat.Fp16.Round(x, rounded);
        for (var i = 0; i < x.Length; i++)
            FloatCases.AssertSame((float)(Half)x[i], rounded[i], $"{x[i]:R}");
    }

    [Fact]
    public void Bf16_is_the_nearest_upper_half() => AllPatterns(NumberFormat.Bf16, NearestUpperHalf);

    [Fact]
    public void Bf16_results_have_no_lower_half()
    {
        float[] x = [BitConverter.UInt32BitsToSingle(0x7f800001), .. FloatCases.Mixed(1000)];
        NumberFormat.Bf16.Round(x, x);
        Assert.All(x, value => Assert.Equal(0u, BitConverter.SingleToUInt32Bits(value) & 0xffff));
    }

    [Fact]
    public void Fp32_copies_every_bit_whatever_the_scale()
    {
        var x = FloatCases.Mixed(300);
        var copy = new float[x.Length];
        NumberFormat.Fp32.Round(x, copy, 0.3f);
        Assert.Equal(x.Select(BitConverter.SingleToUInt32Bits), copy.Select(BitConverter.SingleToUInt32Bits));
    }

    [Theory]
    [InlineData("BF16", 3.38953139e38f, 1.17549435e-38f, 9.1835496e-41f)]
    [InlineData("FP16", 65504, 6.103515625e-05f, 5.9604645e-08f)]
    [InlineData("FP32", float.MaxValue, 1.17549435e-38f, float.Epsilon)]
    public void Range(string name, float max, float minNormal, float smallest)
    {
        var format = Assert.IsType<IeeeFormat>(NumberFormat.Parse(name));
        Assert.Equal((max, minNormal, smallest), (format.MaxValue, format.MinNormal, format.SmallestStep));
        Assert.False(format.IsScaled);
        Assert.Equal(name == "FP32", format.IsExact);
        Assert.Contains(name, Assert.Throws<NotSupportedException>(() => format.Values).Message, StringComparison.Ordinal);
    }

    private static void AllPatterns(NumberFormat format, Func<float, float> oracle) =>
        FloatCases.Any.Array[0, 70].Sample(
            x =>
            {
                var rounded = new float[x.Length];
                format.Round(x, rounded);
                for (var i = 0; i < x.Length; i++)
                    FloatCases.AssertSame(oracle(x[i]), rounded[i], $"{format} of {x[i]:R}");
            },
            iter: 500);

    // The two neighbours and the distances to them in double; beyond the largest bfloat16 the neighbour is 2^128.
    private static float NearestUpperHalf(float x)
    {
        if (!float.IsFinite(x))
            return x;
        var magnitude = Math.Abs((double)x);
        var bits = BitConverter.SingleToUInt32Bits(MathF.Abs(x)) & 0xffff0000;
        var below = BitConverter.UInt32BitsToSingle(bits);
        var above = BitConverter.UInt32BitsToSingle(bits + 0x10000);
        var toAbove = (float.IsFinite(above) ? above : Math.ScaleB(1, 128)) - magnitude;
        var up = toAbove < magnitude - below || (toAbove == magnitude - below && (bits & 0x10000) != 0);
        return MathF.CopySign(up ? above : below, x);
    }
}
