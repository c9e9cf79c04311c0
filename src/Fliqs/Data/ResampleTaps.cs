namespace Fliqs.Data;

/// <summary>
/// Which pixels along one axis make which pixel of a scaled image, and with what weights: a triangle as wide as two steps, and at
/// least two pixels. That is linear interpolation when an image is enlarged, and averages, without aliasing, when it is reduced.
/// </summary>
internal sealed class ResampleTaps
{
    /// <summary>Lays the triangles over an axis.</summary>
    /// <param name="start">Where the part begins, in pixels of the source.</param>
    /// <param name="length">How long the part is.</param>
    /// <param name="size">Pixels to make of it.</param>
    /// <param name="sourceSize">Pixels that the source has; beyond them nothing is read.</param>
    /// <param name="gain">Factor on all weights.</param>
    public ResampleTaps(double start, double length, int size, int sourceSize, double gain = 1)
    {
        var step = length / size;
        var spread = Math.Max(1, step);
        Count = Math.Min(sourceSize, (int)Math.Ceiling(2 * spread) + 1);
        First = new int[size];
        Weights = new float[size * Count];
        for (var i = 0; i < size; i++)
        {
            var center = Math.Clamp(start + (i + 0.5) * step, 0, sourceSize);
            First[i] = Math.Clamp((int)Math.Floor(center - spread + 0.5), 0, sourceSize - Count);
            var weights = Weights.AsSpan(i * Count, Count);
            var sum = 0.0;
            for (var k = 0; k < Count; k++)
            {
                var weight = Math.Max(0, 1 - Math.Abs(First[i] + k + 0.5 - center) / spread);
                weights[k] = (float)weight;
                sum += weight;
            }
            foreach (ref var weight in weights)
                weight = (float)(weight * gain / sum);
        }
    }

    /// <summary>Pixels that each pixel is made of; some of them may have the weight 0.</summary>
    public int Count { get; }

    /// <summary>The first pixel of the source for every pixel; never decreasing.</summary>
    public int[] First { get; }

    /// <summary><see cref="Count"/> weights for every pixel.</summary>
    public float[] Weights { get; }

    /// <summary>The first pixel of the source that is needed.</summary>
    public int Begin => First[0];

    /// <summary>One past the last pixel of the source that is needed.</summary>
    public int End => First[^1] + Count;
}
