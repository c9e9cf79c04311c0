using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class BlockFormatTests
{
    private static readonly BlockFormat[] Formats = [.. NumberFormat.All.OfType<BlockFormat>()];

    private const float LeastOfBFloat16 = 9.2e-41f;

    public static TheoryData<string> Names => [.. Formats.Select(f => f.Name)];

    [Theory]
    [InlineData("MXFP4", "mxfp4_e2m1.csv")]
    [InlineData("MXFP8_E4M3", "mxfp8_e4m3.csv")]
    [InlineData("MXINT8", "mxint8.csv")]
    [InlineData("NVFP4", "nvfp4.csv")]
    public void It_is_the_reference_to_the_bit(string name, string file)
    {
        var format = NumberFormat.Parse(name);
        var count = 0;
        foreach (var (input, expected, scale) in GoldenFile.Blocks(file))
        {
            if (format.IsScaled)
                Assert.Equal(scale, ScaleFinder.Find(input, format, ScaleRule.LeastSquares));
            var actual = new float[input.Length];
            format.Round(input, actual, scale);
            // The files differ in the sign of zero: docs/formats.md.
            for (var i = 0; i < actual.Length; i++)
                FloatCases.AssertSame(expected[i] + 0, actual[i] == 0 ? 0 : actual[i], $"{name} row {count} element {i}");
            count++;
        }

        Assert.True(count >= 40);
    }

    [Theory]
    [InlineData("MXFP4", 4.25, "E2M1", 32)]
    [InlineData("MXFP6_E2M3", 6.25, "E2M3", 32)]
    [InlineData("MXFP6_E3M2", 6.25, "E3M2", 32)]
    [InlineData("MXFP8_E4M3", 8.25, "E4M3", 32)]
    [InlineData("MXFP8_E5M2", 8.25, "E5M2", 32)]
    [InlineData("MXINT8", 8.25, "INT8", 32)]
    [InlineData("NVFP4", 4.5, "E2M1", 16)]
    public void Bits_count_the_scale_of_a_block(string name, double bits, string element, int blockSize)
    {
        var format = (BlockFormat)NumberFormat.Parse(name);
        Assert.Equal((bits, element, blockSize), (format.Bits, format.Element.Name, format.BlockSize));
        Assert.Contains(element, Assert.Throws<NotSupportedException>(() => format.Values).Message, StringComparison.Ordinal);
    }

    /// <summary>Scales below the normal numbers, in place and as codes.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Tiny_blocks_are_rounded_alike_in_place_and_to_codes(string name)
    {
        var format = (BlockFormat)NumberFormat.Parse(name);
        var x = FloatCases.Gaussian(4 * format.BlockSize, deviation: 1);
        for (var i = 0; i < x.Length; i++)
            x[i] *= i / format.BlockSize == 1 ? 1e-38f : 1;
        foreach (var scale in format.IsScaled ? [1f, MathF.ScaleB(1, -120)] : new[] { 1f })
        {
            float[] source = [.. x.Select(v => v * scale)];
            var (apart, codes, within) = (new float[x.Length], new ushort[x.Length], source.ToArray());
            format.Round(source, apart, scale);
            format.Round(within, within, scale);
            Assert.Equal(apart, within);
            format.RoundRowsToCodes(source, codes, [scale]);
            for (var i = 0; i < x.Length && format.FitsBFloat16; i++)
                Assert.Equal(apart[i] / scale, BitConverter.Int32BitsToSingle(codes[i] << 16), LeastOfBFloat16);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void Every_length_is_its_blocks_one_by_one(string name)
    {
        var format = (BlockFormat)NumberFormat.Parse(name);
        for (var length = 0; length <= 257; length++)
        {
            var x = FloatCases.Gaussian(length, deviation: 3);
            var scale = ScaleFinder.Find(x, format, ScaleRule.MaxAbs);
            var actual = new float[length];
            format.Round(x, actual, scale);
            FloatCases.AssertSame([.. x.Chunk(format.BlockSize).SelectMany(b => Oracle(b, format, scale))], actual, $"{name} of {length}");
        }
    }

    [Fact]
    public void Any_values_are_rounded_as_the_definition_says() =>
        Gen.Select(FloatCases.OneOf(Formats), FloatCases.Any.Array[1, 40]).Sample((format, x) =>
        {
            var scale = format.IsScaled ? 0.25f : 1;
            var actual = new float[x.Length];
            format.Round(x, actual, scale);
            FloatCases.AssertSame([.. x.Chunk(format.BlockSize).SelectMany(b => Oracle(b, format, scale))], actual, format.Name);
        }, iter: 5000);

    [Theory, MemberData(nameof(Names))]
    public void Codes_times_the_scale_are_the_values(string name)
    {
        var format = NumberFormat.Parse(name);
        var x = FloatCases.Gaussian(201, deviation: 0.02);
        var scale = ScaleFinder.Find(x, format, ScaleRule.MaxAbs);
        var (codes, values) = (new ushort[x.Length], new float[x.Length]);
        format.RoundToCodes(x, codes, scale);
        format.Round(x, values, scale);
        // Two float scales are multiplied in NVFP4, and the product is rounded once.
        var tolerance = format.IsScaled ? MathF.ScaleB(1, -23) : 0;
        Assert.All(x.Index(), e => Assert.Equal(
            values[e.Index], BitConverter.Int32BitsToSingle(codes[e.Index] << 16) * scale, tolerance * Math.Abs(values[e.Index])));
    }

    [Theory, MemberData(nameof(Names))]
    public void Rounding_twice_changes_nothing_and_errors_add_up(string name)
    {
        var format = NumberFormat.Parse(name);
        var (x, w) = (FloatCases.Gaussian(77), FloatCases.Gaussian(77, 2));
        var scale = ScaleFinder.Find(x, format, ScaleRule.MaxAbs);
        var (once, twice) = (new float[77], new float[77]);
        format.Round(x, once, scale);
        format.Round(once, twice, scale);
        Assert.Equal(once, twice);      // but for the sign of zero
        var error = x.Zip(once, (a, b) => (double)a - b).ToArray();
        Assert.Equal(error.Sum(e => e * e), Reductions.SquaredError(x, format, scale), 1e-6);
        Assert.Equal(error.Zip(w, (e, v) => e * e * v * v).Sum(), Reductions.WeightedSquaredError(x, w, format, scale), 1e-6);
    }

    /// <summary>OCP MX 1.0, section 6.3, and NVFP4, element by element in double precision where that is exact.</summary>
    private static IEnumerable<float> Oracle(float[] block, BlockFormat format, float scale)
    {
        var largest = block.Max(Math.Abs);
        if (!block.All(float.IsFinite))
            return block.Select(_ => float.NaN);
        var blockScale = format.ScaleFormat is { } f
            ? f.Round(largest / (format.Element.MaxValue * scale)) is var s && s == 0 ? 1 : s
            : largest == 0 ? MathF.ScaleB(1, -127)
            : (float)Math.Pow(2, Math.Max(
                format.Element is IntegerFormat ? -133 : -127, Math.Floor(Math.Log2(largest)) - Math.Floor(Math.Log2(format.Element.MaxValue))));
        var whole = blockScale * scale;
        return block.Select(x => whole < 1e-37f
            ? (float)((double)whole * format.Element.Round((float)((double)x / whole)))
            : whole * format.Element.Round(x * (1 / whole)));
    }
}
