namespace Fliqs.Numerics;

/// <summary>Runs <see cref="ClippedGradientStep"/> over the rows of a matrix, each with a scale of its own.</summary>
internal readonly ref struct ClippedRowsLoop(
    ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> destination, float low, float high, ReadOnlySpan<float> scales) : ILoop
{
    private readonly ReadOnlySpan<float> x = x;
    private readonly ReadOnlySpan<float> gradient = gradient;
    private readonly Span<float> destination = destination;
    private readonly float low = low;
    private readonly float high = high;
    private readonly ReadOnlySpan<float> scales = scales;

    public void Run(int start, int end)
    {
        var length = Shape.RowLength(x.Length, scales.Length);
        for (; start < end; start++)
        {
            var (row, to, scale) = (start * length, (start + 1) * length, scales[start]);
            KernelDriver.Run(new ClippedGradientStep(x[row..to], gradient[row..to], destination[row..to], low * scale, high * scale), length);
        }
    }
}
