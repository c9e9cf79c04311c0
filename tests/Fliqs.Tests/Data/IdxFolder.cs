using System.Buffers.Binary;
using System.IO.Compression;
using Fliqs.Data;

namespace Fliqs.Tests.Data;

/// <summary>A temporary folder with a small, valid data set in the on-disk format of the MNIST family.</summary>
internal sealed class IdxFolder : IDisposable
{
    public const string TrainImages = "train-images-idx3-ubyte";
    public const string TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte";
    public const string TestLabels = "t10k-labels-idx1-ubyte";

    public static readonly DataSetInfo Info =
        new("tiny", Classes: 3, Channels: 1, Height: 2, Width: 3, Mean: [0.5f], Std: [0.25f], "made by a test");

    private readonly bool gzip;

    /// <summary>Four training images with pixels 0, 1, 2... and two test images with pixels 100, 101...</summary>
    public IdxFolder(bool gzip = false)
    {
        this.gzip = gzip;
        Directory.CreateDirectory(Path);
        Write(TrainImages, Images(count: 4, first: 0));
        Write(TrainLabels, Labels(0, 1, 2, 1));
        Write(TestImages, Images(count: 2, first: 100));
        Write(TestLabels, Labels(2, 0));
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("fliqs-idx-").FullName;

    public string File(string name) => System.IO.Path.Combine(Path, gzip ? name + ".gz" : name);

    public static byte[] Images(int count, int first) =>
        [.. Header(0x803, (uint)count, 2, 3), .. Enumerable.Range(first, count * 6).Select(i => (byte)i)];

    public static byte[] Labels(params byte[] labels) => [.. Header(0x801, (uint)labels.Length), .. labels];

    public static byte[] Header(params uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (var i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 * i), words[i]);
        return bytes;
    }

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var zip = new GZipStream(memory, CompressionLevel.Optimal))
            zip.Write(content);
        return memory.ToArray();
    }

    public void Write(string name, byte[] content) => WriteRaw(name, gzip ? Gzip(content) : content);

    /// <summary>Writes the bytes as they are, also where the folder is gzipped.</summary>
    public void WriteRaw(string name, byte[] content) => System.IO.File.WriteAllBytes(File(name), content);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
