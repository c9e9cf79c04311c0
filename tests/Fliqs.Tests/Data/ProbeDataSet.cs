using Fliqs.Data;

namespace Fliqs.Tests.Data;

/// <summary>Images of 2x3 whose every pixel is index / count, labelled index % 3; counts what is read of it.</summary>
internal sealed class ProbeDataSet(int count, int failAt = -1, int workers = 1) : IImageDataSet
{
    private int reads;

    public int Reads => Volatile.Read(ref reads);

    public DataSetInfo Info { get; } = IdxFolder.Info with { Workers = workers };

    public int Count => count;

    public int Read(int index, Span<float> pixels)
    {
        if (index == failAt)
            throw new InvalidOperationException($"image {index} is broken");
        Interlocked.Increment(ref reads);
        pixels.Fill(index / (float)count);
        return index % 3;
    }
}
