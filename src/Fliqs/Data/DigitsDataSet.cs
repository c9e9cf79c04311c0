using System.Globalization;
using System.IO.Compression;

namespace Fliqs.Data;

/// <summary>
/// 1,797 handwritten digits of 8x8 grey pixels, embedded in the library so that everything can be tried without a download.
/// They come without a test set: every fifth image of each class, counted in file order, is kept for testing.
/// </summary>
public static class DigitsDataSet
{
    private const string Resource = "Fliqs.Data.digits.csv.gz";
    private const byte White = 16;
    private const int TestStride = 5;

    /// <summary>The shape, statistics and origin of the digits.</summary>
    public static DataSetInfo Info { get; } = new(
        "digits", Classes: 10, Channels: 1, Height: 8, Width: 8, Mean: [0.3051f], Std: [0.3762f],
        "Optical Recognition of Handwritten Digits, E. Alpaydin, C. Kaynak, UCI Machine Learning Repository, CC BY 4.0");

    /// <summary>Reads the embedded images: 1,442 for training and 355 for testing, the same ones every time.</summary>
    public static ImageData Load()
    {
        var all = ReadAll();
        var seen = new int[Info.Classes];
        var (train, test) = (new List<int>(), new List<int>());
        for (var i = 0; i < all.Count; i++)
            (++seen[all.Read(i, [])] % TestStride == 0 ? test : train).Add(i);
        return new(new SubsetDataSet(all, train), new SubsetDataSet(all, test));
    }

    /// <summary>Reads all 1,797 images in file order.</summary>
    internal static ByteImageDataSet ReadAll()
    {
        using var resource = typeof(DigitsDataSet).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the library was built without its resource {Resource}");
        using var text = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        var (pixels, labels) = (new List<byte>(), new List<byte>());
        while (text.ReadLine() is { } line)
        {
            foreach (var field in line.AsSpan().Split(','))
                pixels.Add(byte.Parse(line.AsSpan(field), CultureInfo.InvariantCulture));
            labels.Add(pixels[^1]);
            pixels.RemoveAt(pixels.Count - 1);
        }
        return new ByteImageDataSet(Info, [.. pixels], [.. labels], White);
    }
}
