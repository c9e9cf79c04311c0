using Fliqs.Data;
using Fliqs.Numerics;

namespace Fliqs.Tests.Data;

public sealed class RowResamplerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Agrees_with_weighting_every_pixel(int channels)
    {
        var random = new RandomStream(channels);
        for (var i = 0; i < 60; i++)
        {
            var (width, height) = (1 + random.NextInt(60), 1 + random.NextInt(60));
            var (outWidth, outHeight) = (1 + random.NextInt(30), 1 + random.NextInt(30));
            var bytes = Enumerable.Range(0, 4 * width * height).Select(_ => (byte)random.NextInt(256)).ToArray();
            var columns = new ResampleTaps(width * 0.2, width * 0.7, outWidth, width);
            var rows = new ResampleTaps(height * 0.1, height * 0.5, outHeight, height, 1 / 255.0);
            var planes = new float[channels * outWidth * outHeight];
            var again = new float[planes.Length];
            Resample(bytes, width, columns, rows, planes, again);
            Assert.Equal(planes, again);
            for (var channel = 0; channel < channels; channel++)
                for (var y = 0; y < outHeight; y++)
                    for (var x = 0; x < outWidth; x++)
                        Assert.Equal(
                            Expected(bytes, width, columns, rows, x, y, channel), planes[(channel * outHeight + y) * outWidth + x], 1e-5);
        }
    }

    private static void Resample(byte[] bytes, int width, ResampleTaps columns, ResampleTaps rows, float[] planes, float[] again)
    {
        var fromBytes = new RowResampler(columns, rows, planes);
        var fromFloats = new RowResampler(columns, rows, again);
        for (var y = rows.Begin; y < rows.End; y++)
        {
            var row = bytes.AsSpan(4 * (y * width + columns.Begin), 4 * (columns.End - columns.Begin));
            fromBytes.Add(row);
            fromFloats.Add(Array.ConvertAll(row.ToArray(), b => (float)b).AsSpan());
        }
        fromBytes.Dispose();
        fromFloats.Dispose();
    }

    private static double Expected(byte[] bytes, int width, ResampleTaps columns, ResampleTaps rows, int x, int y, int channel)
    {
        var sum = 0.0;
        for (var j = 0; j < rows.Count; j++)
            for (var i = 0; i < columns.Count; i++)
                sum += (double)rows.Weights[y * rows.Count + j] * columns.Weights[x * columns.Count + i]
                    * bytes[4 * ((rows.First[y] + j) * width + columns.First[x] + i) + channel];
        return sum;
    }
}
