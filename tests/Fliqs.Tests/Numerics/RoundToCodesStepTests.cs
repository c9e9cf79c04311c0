using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class RoundToCodesStepTests
{
    [Fact]
    public void Codes_are_the_upper_halves_of_the_scalar_result_at_every_length()
    {
        var random = new RandomStream(11);
        foreach (var format in FloatCases.Elementwise.Where(f => f.FitsBFloat16))
        {
            for (var length = 0; length <= 257; length++)
            {
                var x = Enumerable.Range(0, length + 1).Select(_ => (float)(random.NextGaussian() * 5)).ToArray();
                var codes = new ushort[length + 1];
                format.RoundToCodes(x.AsSpan(1), codes.AsSpan(1));
                for (var i = 1; i <= length; i++)
                    Assert.Equal((ushort)(BitConverter.SingleToUInt32Bits(format.Round(x[i])) >> 16), codes[i]);
            }
        }
    }

    [Fact]
    public void Codes_of_bfloat16_are_those_of_the_same_numbers_in_float32()
    {
        foreach (var format in FormatCatalogue.All.Where(f => f.FitsBFloat16))
        {
            for (var length = 0; length <= 4200; length = (3 * length / 2) + 1)
            {
                var x = Array.ConvertAll(FloatCases.Gaussian(length), BFloat16Storage.Store);
                var (codes, expected) = (new ushort[length], new ushort[length]);
                format.RoundToCodes(Array.ConvertAll(x, BFloat16Storage.Load), expected, 0.3f);
                format.RoundToCodes(x, codes, 0.3f);
                Assert.Equal(expected, codes);
                format.RoundToCodes(x, x, 0.3f);
                Assert.Equal(expected, x);
            }
        }
    }

    [Fact]
    public void Formats_that_bfloat16_does_not_hold_are_refused()
    {
        Assert.Throws<NotSupportedException>(() => NumberFormat.Fp16.RoundToCodes([1f], new ushort[1]));
        Assert.Throws<NotSupportedException>(() => NumberFormat.Fp32.RoundToCodes(new ushort[1], new ushort[1]));
    }
}
