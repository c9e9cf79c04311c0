using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

public sealed class KernelDriverTests
{
    public static TheoryData<string> All => FloatCases.All;

    [Theory, MemberData(nameof(All))]
    public void Vectors_round_as_scalars_at_every_length_and_offset(string name)
    {
        var format = NumberFormat.Parse(name);
        for (var length = 0; length <= 257; length++)
        {
            var offset = length % 5;
            var scale = length % 3 == 0 ? 1 : 0.37f;
            var x = FloatCases.Mixed(length + offset);
            var actual = new float[length + offset + 1];
            actual[^1] = 12345;
            format.Round(x.AsSpan(offset), actual.AsSpan(offset, length), scale);
            for (var i = offset; i < x.Length; i++)
                FloatCases.AssertSame(NumberFormatTests.RoundScaled(format, x[i], scale), actual[i], $"{name} of {x[i]:R}");
            Assert.Equal(12345, actual[^1]);
            Assert.All(actual[..offset], value => Assert.Equal(0, value));
        }
    }

    [Theory, MemberData(nameof(All))]
    public void A_span_can_be_rounded_in_place(string name)
    {
        var x = FloatCases.Mixed(333);
        var expected = new float[x.Length];
        NumberFormat.Parse(name).Round(x, expected, 0.25f);
        NumberFormat.Parse(name).Round(x, x, 0.25f);
        for (var i = 0; i < x.Length; i++)
            FloatCases.AssertSame(expected[i], x[i], $"{name}, element {i}");
    }
}
