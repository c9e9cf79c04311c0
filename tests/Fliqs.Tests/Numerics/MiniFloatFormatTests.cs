using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class MiniFloatFormatTests
{
    [Theory, InlineData("E2M1"), InlineData("E3M2"), InlineData("E4M3"), InlineData("E5M2")]
    public void Rounds_as_the_reference_vectors(string name)
    {
        var rows = GoldenFile.Rows($"{name.ToLowerInvariant()}.csv").ToArray();
        Assert.True(rows.Length > 4000);
        var rounded = rows.Select(row => BitConverter.UInt32BitsToSingle(row.Input)).ToArray();
        NumberFormat.Parse(name).Round(rounded, rounded);
        for (var i = 0; i < rows.Length; i++)
        {
            FloatCases.AssertSame(BitConverter.UInt32BitsToSingle(rows[i].Output), rounded[i], $"{name} of {rows[i].Input:x8}");
        }
    }

    [Theory, InlineData("E2M1"), InlineData("E3M2"), InlineData("E4M3"), InlineData("E5M2")]
    public void Values_are_the_reference_values(string name) =>
        Assert.Equal(
            GoldenFile.Values($"values_{name.ToLowerInvariant()}.txt"),
            NumberFormat.Parse(name).Values.Where(value => value >= 0));

    [Theory]
    [InlineData("E1M2", 0, 3.5f, 2, 0.5f)]
    [InlineData("E2M1", 1, 6, 1, 0.5f)]
    [InlineData("E2M2", 1, 7, 1, 0.25f)]
    [InlineData("E2M3", 1, 7.5f, 1, 0.125f)]
    [InlineData("E3M0", 3, 16, 0.25f, 0.25f)]
    [InlineData("E3M1", 3, 24, 0.25f, 0.125f)]
    [InlineData("E3M4", 3, 31, 0.25f, 0.015625f)]
    [InlineData("E4M2", 7, 448, 0.015625f, 0.00390625f)]
    [InlineData("E4M3", 7, 448, 0.015625f, 0.001953125f)]
    [InlineData("E5M2", 15, 57344, 6.103515625e-05f, 1.52587890625e-05f)]
    [InlineData("E5M1", 15, 98304, 6.103515625e-05f, 3.0517578125e-05f)]
    [InlineData("E6M1", 31, 6442450944f, 9.3132257e-10f, 4.6566129e-10f)]
    [InlineData("E7M0", 63, 1.8446744e19f, 2.1684043e-19f, 2.1684043e-19f)]
    public void Range(string name, int bias, float max, float minNormal, float smallest)
    {
        var format = Assert.IsType<MiniFloatFormat>(NumberFormat.Parse(name));
        Assert.Equal(bias, format.Bias);
        Assert.Equal((max, minNormal, smallest), (format.MaxValue, format.MinNormal, format.SmallestStep));
        Assert.Equal(name, $"E{format.ExponentBits}M{format.MantissaBits}");
    }

    [Theory, InlineData(1.5f, 2), InlineData(3, 2), InlineData(6, 8), InlineData(12, 8), InlineData(0.125f, 0)]
    public void Without_a_mantissa_ties_go_to_the_even_exponent(float x, float expected) =>
        Assert.Equal(expected, NumberFormat.Parse("E3M0").Round(x));
}
