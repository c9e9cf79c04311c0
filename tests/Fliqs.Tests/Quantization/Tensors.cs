using System.Runtime.InteropServices;
using CsCheck;
using Fliqs.Numerics;
using Fliqs.Tests.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

/// <summary>Tensors for tests, and what it means that two are the same.</summary>
internal static class Tensors
{
    public static IEnumerable<string> FormatNames => FloatCases.Elementwise.Select(f => f.Name);

    /// <summary>Normally distributed values; the same for the same seed, whatever other tests draw meanwhile.</summary>
    public static Tensor Normal(long seed, params long[] shape)
    {
        using var generator = new Generator((ulong)seed);
        return randn(shape, generator: generator);
    }

    /// <summary>Random values of every kind: normal ones, ties of the integer grid, zeros of both signs and subnormals.</summary>
    public static Tensor Mixed(long seed, params long[] shape)
    {
        var values = Normal(seed, shape) * 3;
        var kinds = Normal(seed + 1, shape);
        values = where(kinds > 1, (values * 2).round() / 2, values);
        values = where(kinds < -1.5, zeros_like(values) * values, values);
        return where(kinds < -2, values.sign() * 1e-40f, values);
    }

    /// <summary>The same values in memory orders that a layer can meet: contiguous, channels last, transposed, every other column.</summary>
    public static IEnumerable<(string Name, Tensor Tensor)> Layouts(Tensor x)
    {
        yield return ("contiguous", x);
        yield return ("transposed", x.transpose(0, -1).contiguous().transpose(0, -1));
        yield return ("strided", stack([x, x], -1).select(-1, 0));
        if (x.dim() == 4)
            yield return ("channels last", x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2));
    }

    /// <summary>The elements in logical order, whatever the memory order is.</summary>
    public static float[] Values(Tensor x)
    {
        using var dense = x.detach().contiguous();
        return MemoryMarshal.Cast<byte, float>(dense.bytes).ToArray();
    }

    /// <summary>Equal shape and bits; any NaN equals any other.</summary>
    public static void SameBits(Tensor expected, Tensor actual, string what = "")
    {
        Assert.Equal(expected.shape, actual.shape);
        var (wanted, got) = (Values(expected), Values(actual));
        for (var i = 0; i < wanted.Length; i++)
        {
            if (!float.IsNaN(wanted[i]) || !float.IsNaN(got[i]))
                Assert.True(
                    BitConverter.SingleToInt32Bits(wanted[i]) == BitConverter.SingleToInt32Bits(got[i]),
                    $"{what}: element {i} is {got[i]:R}, not {wanted[i]:R}");
        }
    }

    /// <summary>Equal shape and values; zeros of either sign are equal.</summary>
    public static void SameValues(Tensor expected, Tensor actual, string what = "")
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(Values(expected).SequenceEqual(Values(actual)), what);
    }

    /// <summary>Equal up to what another order of summation changes: relative to the largest value, or to that of <paramref name="magnitude"/>.</summary>
    public static void Near(Tensor expected, Tensor actual, string what = "", Tensor? magnitude = null)
    {
        Assert.Equal(expected.shape, actual.shape);
        var scale = Math.Max(1e-6, (magnitude ?? expected).abs().max().item<float>());
        Assert.True((expected - actual).abs().max().item<float>() <= 2e-5 * scale, what);
    }
}
