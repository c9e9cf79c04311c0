using Fliqs.Numerics;

namespace Fliqs.Tests.Numerics;

/// <summary>
/// The bodies of the kernels of batch norm at every length, aligned or not: vectors give the bits of scalars, and nothing
/// beside the span is touched.
/// </summary>
public sealed class BatchNormStepsTests
{
    private const int Longest = 257;
    private const float Guard = 12345;

    [Fact]
    public void Affine() => EveryLength(1, (step, length, offset, low) =>
    {
        var (x, scale, shift) = (Mixed(1, length, offset), Gaussian(2, length, offset), Gaussian(3, length, offset));
        var addend = length % 3 == 0 ? [] : Gaussian(4, length, offset)[offset..];
        AffineStep<float, SingleStorage> Kernel(float[][] y) =>
            new(x.AsSpan(offset), y[0].AsSpan(offset), scale.AsSpan(offset), shift.AsSpan(offset), addend, low);
        KernelDriver.Run(Kernel(step.Vectors), length);
        ScalarBody.Run(Kernel(step.Scalars), length);
    });

    [Fact]
    public void Moments() => EveryLength(2, (step, length, offset, _) =>
    {
        var (x, shift) = (Mixed(1, length, offset), Gaussian(2, length, offset));
        MomentsStep<float, SingleStorage> Kernel(float[][] y) => new(x.AsSpan(offset), shift.AsSpan(offset), y[0].AsSpan(offset), y[1].AsSpan(offset));
        KernelDriver.Run(Kernel(step.Vectors), length);
        ScalarBody.Run(Kernel(step.Scalars), length);
    });

    [Fact]
    public void Sums_of_gradients() => EveryLength(3, (step, length, offset, low) =>
    {
        var (x, y, gradient, mean) =
            (Gaussian(1, length, offset), Mixed(2, length, offset), Mixed(3, length, offset), Gaussian(4, length, offset));
        NormGradientSumsStep<float, SingleStorage> Kernel(float[][] sums) => new(
            x.AsSpan(offset), y.AsSpan(offset), gradient.AsSpan(offset), mean.AsSpan(offset), sums[0].AsSpan(offset), sums[1].AsSpan(offset), sums[2].AsSpan(offset), low);
        KernelDriver.Run(Kernel(step.Vectors), length);
        ScalarBody.Run(Kernel(step.Scalars), length);
    });

    [Fact]
    public void Gradients() => EveryLength(1, (step, length, offset, low) =>
    {
        var (x, y, gradient) = (Gaussian(1, length, offset), Mixed(2, length, offset), Mixed(3, length, offset));
        var (a, b, c) = (Gaussian(4, length, offset), Gaussian(5, length, offset), Gaussian(6, length, offset));
        NormGradientStep<float, SingleStorage> Kernel(float[][] to) => new(
            x.AsSpan(offset), y.AsSpan(offset), gradient.AsSpan(offset), to[0].AsSpan(offset), a.AsSpan(offset), b.AsSpan(offset), c.AsSpan(offset), low);
        KernelDriver.Run(Kernel(step.Vectors), length);
        ScalarBody.Run(Kernel(step.Scalars), length);
    });

    [Fact]
    public void Bfloat16_is_read_and_written_as_scalars_are()
    {
        for (var length = 0; length <= Longest; length++)
        {
            ushort[] Codes(int seed) => Array.ConvertAll(FloatCases.Mixed(length + seed)[seed..], BFloat16Storage.Store);
            var (x, y, gradient) = (Codes(1), Codes(2), Codes(3));
            var (a, b, c) = (FloatCases.Gaussian(length, 4), FloatCases.Gaussian(length, 5), FloatCases.Gaussian(length, 6));
            var (vectors, scalars) = (new ushort[length], new ushort[length]);
            KernelDriver.Run(new NormGradientStep<ushort, BFloat16Storage>(x, y, gradient, vectors, a, b, c, 0), length);
            ScalarBody.Run(new NormGradientStep<ushort, BFloat16Storage>(x, y, gradient, scalars, a, b, c, 0), length);
            AssertSame(scalars, vectors);

            KernelDriver.Run(new AffineStep<ushort, BFloat16Storage>(x, vectors, a, b, gradient, 0), length);
            ScalarBody.Run(new AffineStep<ushort, BFloat16Storage>(x, scalars, a, b, gradient, 0), length);
            AssertSame(scalars, vectors);

            float[] Sums() => FloatCases.Gaussian(length, 7);
            var (sums, products, sumsByScalars, productsByScalars) = (Sums(), Sums(), Sums(), Sums());
            KernelDriver.Run(new NormGradientSumsStep<ushort, BFloat16Storage>(x, y, gradient, a, sums, products, vectors, 0), length);
            ScalarBody.Run(new NormGradientSumsStep<ushort, BFloat16Storage>(x, y, gradient, a, sumsByScalars, productsByScalars, scalars, 0), length);
            AssertSame(scalars, vectors);
            FloatCases.AssertSame([.. sumsByScalars, .. productsByScalars], [.. sums, .. products], $"length {length}");
        }
    }

    /// <summary>Any NaN is as good as another.</summary>
    private static void AssertSame(ushort[] expected, ushort[] actual) => FloatCases.AssertSame(
        Array.ConvertAll(expected, BFloat16Storage.Load), Array.ConvertAll(actual, BFloat16Storage.Load), $"length {expected.Length}");

    /// <summary>Runs both bodies, with a ReLU and without, on destinations that begin with the same numbers, and compares all of them.</summary>
    private static void EveryLength(int destinations, Action<(float[][] Vectors, float[][] Scalars), int, int, float> both)
    {
        for (var length = 0; length <= Longest; length++)
        {
            var (offset, low) = (length % 5, length % 2 == 0 ? 0 : float.NegativeInfinity);
            float[][] Destinations() => [.. Enumerable.Range(0, destinations).Select(d => (float[])[.. Gaussian(7 + d, length, offset), Guard])];
            var (vectors, scalars) = (Destinations(), Destinations());
            both((vectors, scalars), length, offset, low);
            for (var d = 0; d < destinations; d++)
            {
                FloatCases.AssertSame(scalars[d], vectors[d], $"destination {d}, length {length} from {offset} on");
                Assert.Equal(Guard, vectors[d][^1]);
                Assert.Equal(Gaussian(7 + d, length, offset)[..offset], vectors[d][..offset]);
                Assert.True(length == 0 || !vectors[d].SequenceEqual(Destinations()[d]), $"destination {d} was not written");
            }
        }
    }

    private static float[] Mixed(int seed, int length, int offset) => FloatCases.Mixed(length + offset + (300 * seed))[(300 * seed)..];

    private static float[] Gaussian(int seed, int length, int offset) => FloatCases.Gaussian(length + offset, seed);
}
