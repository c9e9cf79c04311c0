using Fliqs.Numerics;
using SkiaSharp;

namespace Fliqs.Benchmarks;

/// <summary>
/// A temporary folder of JPEG files as large as those of ImageNet: soft gradients, edges and grain, the same bytes every time. Every
/// file is of its own picture.
/// </summary>
internal sealed class JpegFolder : IDisposable
{
    private const int Width = 500;
    private const int Height = 375;
    private const int Quality = 92;
    private const int Classes = 10;

    public JpegFolder(int count)
    {
        for (var label = 0; label < Classes; label++)
            foreach (var part in new[] { "train", "val" })
                Directory.CreateDirectory(Path.Combine(Root, part, $"class{label}"));
        Parallel.For(0, count, i => File.WriteAllBytes(Path.Combine(Root, "train", $"class{i % Classes}", $"{i:D5}.jpg"), Picture(i)));
        for (var label = 0; label < Classes; label++)
            File.WriteAllBytes(Path.Combine(Root, "val", $"class{label}", "0.jpg"), Picture(label));
        Files = [.. Directory.GetFiles(Path.Combine(Root, "train"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    public string Root { get; } = Directory.CreateTempSubdirectory("fliqs-bench-").FullName;

    public IReadOnlyList<string> Files { get; }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static byte[] Picture(int number)
    {
        var random = new RandomStream(number);
        var waves = Enumerable.Range(0, 12).Select(_ => (
            X: random.NextGaussian() / 20, Y: random.NextGaussian() / 20, Phase: 6.3 * random.NextDouble(), Channel: random.NextInt(3))).ToArray();
        var (edgeX, edgeY, slope) = (random.NextInt(Width), random.NextInt(Height), random.NextGaussian());
        var pixels = new SKColor[Width * Height];
        Span<double> color = stackalloc double[3];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (x, y) = (i % Width, i / Width);
            color.Fill(y - edgeY > slope * (x - edgeX) ? 90 : 150);
            foreach (var wave in waves)
                color[wave.Channel] += 20 * Math.Sin(wave.X * x + wave.Y * y + wave.Phase);
            var grain = 16 * random.NextGaussian();
            pixels[i] = new SKColor(Byte(color[0] + grain), Byte(color[1] + grain), Byte(color[2] + grain));
        }
        using var picture = new SKBitmap(new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Opaque)) { Pixels = pixels };
        using var data = picture.Encode(SKEncodedImageFormat.Jpeg, Quality);
        return data.ToArray();
    }

    private static byte Byte(double value) => (byte)Math.Clamp(value, 0, 255);
}
