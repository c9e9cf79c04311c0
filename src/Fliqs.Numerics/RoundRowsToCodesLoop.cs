using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>Rounds the rows of a matrix of float32s, or of bfloat16s as bit patterns, to codes, each with a scale of its own.</summary>
internal readonly ref struct RoundRowsToCodesLoop<T>(
    RoundingKernel kernel, ReadOnlySpan<T> source, Span<ushort> codes, ReadOnlySpan<float> scales) : ILoop
    where T : unmanaged
{
    private readonly RoundingKernel kernel = kernel;
    private readonly ReadOnlySpan<T> source = source;
    private readonly Span<ushort> codes = codes;
    private readonly ReadOnlySpan<float> scales = scales;

    public void Run(int start, int end)
    {
        var length = Shape.RowLength(source.Length, scales.Length);
        for (; start < end; start++)
        {
            var (row, to) = (start * length, (start + 1) * length);
            if (typeof(T) == typeof(float))
                kernel.RoundToCodes(MemoryMarshal.Cast<T, float>(source[row..to]), codes[row..to], scales[start]);
            else
                kernel.RoundToCodes(MemoryMarshal.Cast<T, ushort>(source[row..to]), codes[row..to], scales[start]);
        }
    }
}
