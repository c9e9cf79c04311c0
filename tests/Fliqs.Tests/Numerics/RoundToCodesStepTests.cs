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
    public void Formats_that_bfloat16_does_not_hold_are_refused() =>
        Assert.Throws<NotSupportedException>(() => NumberFormat.Fp16.RoundToCodes([1f], new ushort[1]));
}
