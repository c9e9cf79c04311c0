namespace Fliqs.Numerics;

/// <summary>Runs <see cref="ClippedCodeGradientStep{T, TStorage}"/> over the rows of a matrix, each with a scale of its own.</summary>
internal readonly ref struct ClippedCodeRowsLoop<T, TStorage>(
    ReadOnlySpan<T> x, ReadOnlySpan<ushort> gradient, Span<T> destination, float low, float high, ReadOnlySpan<float> scales) : ILoop
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ReadOnlySpan<T> x = x;
    private readonly ReadOnlySpan<ushort> gradient = gradient;
    private readonly Span<T> destination = destination;
    private readonly float low = low;
    private readonly float high = high;
    private readonly ReadOnlySpan<float> scales = scales;

    public void Run(int start, int end)
    {
        var length = Shape.RowLength(x.Length, scales.Length);
        for (; start < end; start++)
        {
            var (row, to, scale) = (start * length, (start + 1) * length, scales[start]);
            KernelDriver.Run(
                new ClippedCodeGradientStep<T, TStorage>(x[row..to], gradient[row..to], destination[row..to], low * scale, high * scale, 1 / scale),
                length);
        }
    }
}
