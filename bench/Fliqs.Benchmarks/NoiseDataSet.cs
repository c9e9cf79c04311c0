using Fliqs.Data;

namespace Fliqs.Benchmarks;

/// <summary>Images of noise in the input shape of a network: for the time and memory of a step it does not matter what they show.</summary>
internal sealed class NoiseDataSet(int count, int channels, int size, int classes) : IImageDataSet
{
    public DataSetInfo Info { get; } = new(
        "noise", classes, channels, size, size, [.. Enumerable.Repeat(0.5f, channels)], [.. Enumerable.Repeat(0.3f, channels)], "made here");

    public int Count => count;

    public int Read(int index, Span<float> pixels)
    {
        var state = (uint)index + 1;
        for (var i = 0; i < pixels.Length; i++)
        {
            state = (state * 1664525) + 1013904223;
            pixels[i] = (state >> 8) / (float)(1 << 24);
        }

        return index % classes;
    }
}
