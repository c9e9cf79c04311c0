namespace Fliqs.Numerics;

/// <summary>Rounds the rows of a matrix, each with a scale of its own.</summary>
internal readonly ref struct RoundRowsLoop(
    RoundingKernel kernel, ReadOnlySpan<float> source, Span<float> destination, ReadOnlySpan<float> scales) : ILoop
{
    private readonly RoundingKernel kernel = kernel;
    private readonly ReadOnlySpan<float> source = source;
    private readonly Span<float> destination = destination;
    private readonly ReadOnlySpan<float> scales = scales;

    public void Run(int start, int end)
    {
        var length = Shape.RowLength(source.Length, scales.Length);
        for (; start < end; start++)
            kernel.Round(source.Slice(start * length, length), destination.Slice(start * length, length), scales[start]);
    }
}
