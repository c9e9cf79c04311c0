namespace Fliqs.Numerics;

/// <summary>The clipped gradient by the rows of a matrix, each with a scale of its own, from that by the rounded values or by their codes.</summary>
internal readonly ref struct ClippedRowsLoop<T, TStorage, TGradient, TStored>(
    ReadOnlySpan<T> x, ReadOnlySpan<TGradient> gradient, Span<T> destination, float low, float high, ReadOnlySpan<float> scales, bool byCodes) : ILoop
    where T : unmanaged
    where TStorage : struct, IStorage<T>
    where TGradient : unmanaged
    where TStored : struct, IStored<TGradient>
{
    private readonly ReadOnlySpan<T> x = x;
    private readonly ReadOnlySpan<TGradient> gradient = gradient;
    private readonly Span<T> destination = destination;
    private readonly float low = low;
    private readonly float high = high;
    private readonly ReadOnlySpan<float> scales = scales;
    private readonly bool byCodes = byCodes;

    public void Run(int start, int end)
    {
        var length = Shape.RowLength(x.Length, scales.Length);
        for (; start < end; start++)
        {
            var (row, to, scale) = (start * length, (start + 1) * length, scales[start]);
            KernelDriver.Run(
                new ClippedGradientStep<T, TStorage, TGradient, TStored>(
                    x[row..to], gradient[row..to], destination[row..to], low * scale, high * scale, byCodes ? 1 / scale : 1),
                length);
        }
    }
}
