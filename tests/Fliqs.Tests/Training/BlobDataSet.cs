using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Training;

/// <summary>Images whose class is where they are bright, with noise: learnt in a few steps, and never quite.</summary>
internal sealed class BlobDataSet(int count, int size = 8, int classes = 4, long seed = 1) : IImageDataSet
{
    public DataSetInfo Info { get; } = new("blobs", classes, 1, size, size, [0.5f], [0.3f], "made for tests");

    public int Count => count;

    public int Read(int index, Span<float> pixels)
    {
        var random = new RandomStream(seed, index);
        var label = index % classes;
        for (var i = 0; i < pixels.Length; i++)
        {
            var bright = i / (size * size / classes) == label ? 0.25f : 0;
            pixels[i] = Math.Clamp(bright + (0.6f * random.NextInt(1000) / 1000f), 0, 1);
        }

        return label;
    }
}
