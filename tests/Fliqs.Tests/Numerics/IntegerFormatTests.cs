using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class IntegerFormatTests
{
    [Theory, InlineData("int4.csv", "INT4"), InlineData("int8.csv", "INT8")]
    public void Rounds_as_the_reference_vectors(string file, string name)
    {
        var format = NumberFormat.Parse(name);
        var unit = 1 << ((int)format.Bits - 2);
        var rows = GoldenFile.Rows(file).ToArray();
        Assert.True(rows.Length > 4000);
        foreach (var (input, output) in rows)
        {
            // The largest inputs leave float32 when counted in units; the largest float32 stands for them.
            var value = BitConverter.UInt32BitsToSingle(input);
            var x = float.IsFinite(value) ? Math.Clamp(value * unit, float.MinValue, float.MaxValue) : value;
            var expected = BitConverter.UInt32BitsToSingle(output) * unit;
            Span<float> rounded = [x];
            format.Round(rounded, rounded);
            FloatCases.AssertSame(expected, rounded[0], $"{name} of {x:R}");
        }
    }

    [Theory]
    [InlineData("INT2", -1, 1)]
    [InlineData("INT4", -7, 7)]
    [InlineData("INT8", -127, 127)]
    [InlineData("UINT2", 0, 3)]
    [InlineData("UINT8", 0, 255)]
    public void Range(string name, float low, float high)
    {
        var format = Assert.IsType<IntegerFormat>(NumberFormat.Parse(name));
        Assert.Equal((low, high), (format.MinValue, format.MaxValue));
        Assert.Equal(low < 0, format.IsSigned);
        Assert.True(format.IsScaled);
        Assert.Equal(high - low + 1, format.Values.Count);
    }

    [Fact]
    public void Non_negative_input_takes_the_unsigned_format()
    {
        Assert.Equal("UINT4", NumberFormat.Int4.ForNonNegative.Name);
        Assert.Equal("UINT4", NumberFormat.Parse("UINT4").ForNonNegative.Name);
        Assert.Equal("E4M3", NumberFormat.E4M3.ForNonNegative.Name);
    }
}
