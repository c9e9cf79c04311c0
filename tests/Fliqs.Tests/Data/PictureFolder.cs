using Fliqs.Data;
using SkiaSharp;

namespace Fliqs.Tests.Data;

/// <summary>A temporary folder of picture files, as encoders write them.</summary>
internal sealed class PictureFolder : IDisposable
{
    /// <summary>What pictures of a folder of classes are scaled to.</summary>
    public static DataSetInfo Info(int size = 16) =>
        DataSetCatalog.Info(new DataRequest("imagefolder") { Input = size, Classes = 2, Workers = 1 });

    public string Path { get; } = Directory.CreateTempSubdirectory("fliqs-pictures-").FullName;

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>A folder with train and val of two classes: blue cats, and red dogs.</summary>
    public static PictureFolder CatsAndDogs(int train = 6, int val = 3, int size = 40)
    {
        var folder = new PictureFolder();
        foreach (var (part, count) in new[] { ("train", train), ("val", val) })
            for (var i = 0; i < count; i++)
            {
                folder.Write($"{part}/cat/{i}.jpg", Encode(Plain(size + i, size, new SKColor(10, 20, (byte)(180 + i)))));
                folder.Write($"{part}/dog/{i}.png", Encode(Plain(size, size + i, new SKColor((byte)(180 + i), 20, 10)), SKEncodedImageFormat.Png));
            }
        return folder;
    }

    public static byte[] Encode(SKBitmap picture, SKEncodedImageFormat format = SKEncodedImageFormat.Jpeg, int quality = 95)
    {
        using (picture)
        {
            using var data = picture.Encode(format, quality);
            return data.ToArray();
        }
    }

    public static SKBitmap Plain(int width, int height, SKColor color) => Draw(width, height, (_, _) => color);

    public static SKBitmap Draw(int width, int height, Func<int, int, SKColor> color, SKAlphaType alpha = SKAlphaType.Opaque)
    {
        var pixels = new SKColor[width * height];
        for (var i = 0; i < pixels.Length; i++)
            pixels[i] = color(i % width, i / width);
        return new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, alpha)) { Pixels = pixels };
    }

    /// <summary>Slow waves, as photographs have.</summary>
    public static SKBitmap Waves(int width, int height) => Draw(width, height, (x, y) => new SKColor(
        Wave(x / 31.0 + y / 47.0), Wave(x / 19.0 - y / 23.0 + 1), Wave(y / 13.0 + 2)));

    public void Write(string name, byte[] content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllBytes(this[name], content);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);

    private static byte Wave(double phase) => (byte)(128 + 100 * Math.Sin(phase));
}
