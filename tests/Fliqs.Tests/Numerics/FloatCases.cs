using CsCheck;
using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

/// <summary>Inputs that rounding can get wrong, and comparison to the bit.</summary>
internal static class FloatCases
{
    private static readonly float[] Specials =
    [
        0, -0f, 0.5f, -0.5f, 1.5f, 2.5f, -2.5f, 6.5f, 7.5f, 127.5f, -127.5f, 448, 464, 57344, 61440, 65504, 65520, 65536,
        float.Epsilon, -float.Epsilon, 1e-40f, float.MaxValue, float.MinValue, 3.3961775e38f, 1e-8f, 5.9604645e-08f,
        float.PositiveInfinity, float.NegativeInfinity, float.NaN, BitConverter.UInt32BitsToSingle(0x7f800001),
    ];

    /// <summary>Any bit pattern, or a number of everyday size.</summary>
    public static Gen<float> Any { get; } = Gen.OneOf(
        Gen.UInt.Select(BitConverter.UInt32BitsToSingle), Gen.Single[-600, 600], Gen.Single[-8, 8], OneOf(Specials));

    /// <summary>One of the items, each as likely.</summary>
    public static Gen<T> OneOf<T>(T[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    /// <summary>Formats that list their values, by name.</summary>
    public static TheoryData<string> Listed =>
        [.. Elementwise.Where(format => format.Bits <= 8).Select(format => format.Name)];

    /// <summary>Formats that round each element by itself.</summary>
    public static IReadOnlyList<NumberFormat> Elementwise { get; } = [.. NumberFormat.All.Where(format => format is not BlockFormat)];

    /// <summary>The same by name.</summary>
    public static TheoryData<string> All => [.. Elementwise.Select(format => format.Name)];

    /// <summary>Specials, all bit patterns and Gaussian values mixed, the same for the same length.</summary>
    public static float[] Mixed(int length)
    {
        var random = new RandomStream(length);
        var result = new float[length];
        for (var i = 0; i < length; i++)
        {
            result[i] = random.NextInt(4) switch
            {
                0 => Specials[random.NextInt(Specials.Length)],
                1 => BitConverter.UInt32BitsToSingle((uint)random.NextUInt64()),
                2 => random.NextInt(40) / 4f,
                _ => (float)(10 * random.NextGaussian()),
            };
        }

        return result;
    }

    /// <summary>Values of a normal distribution.</summary>
    public static float[] Gaussian(int length, long seed = 1, double deviation = 1)
    {
        var random = new RandomStream(seed, length);
        return [.. Enumerable.Range(0, length).Select(_ => (float)(deviation * random.NextGaussian()))];
    }

    /// <summary>Fails unless both are NaN or have the same bits.</summary>
    public static void AssertSame(float expected, float actual, string what)
    {
        var same = float.IsNaN(expected) ? float.IsNaN(actual) : Bits(expected) == Bits(actual);
        Assert.True(same, $"{what}: expected {expected:R} ({Bits(expected):x8}), got {actual:R} ({Bits(actual):x8})");
    }

    /// <summary>The same for all elements; words are found only where they are needed.</summary>
    public static void AssertSame(float[] expected, float[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            if (Bits(expected[i]) != Bits(actual[i]))
                AssertSame(expected[i], actual[i], $"element {i} of {what}");
    }

    private static uint Bits(float x) => BitConverter.SingleToUInt32Bits(x);
}
