using System.Buffers.Binary;
using System.IO.Compression;

namespace Fliqs.Data;

/// <summary>
/// Reads one file of the IDX format of the MNIST family, plain or gzipped: a big-endian magic number (0, 0, element type,
/// number of dimensions), the dimensions, then the elements as bytes. Nothing is allocated on the header's word alone.
/// </summary>
internal sealed class IdxFile
{
    private const int UnsignedByte = 0x08;
    private const int FirstAllocation = 1 << 20;

    private IdxFile(string path, int[] dimensions, byte[] elements)
    {
        Path = path;
        Dimensions = dimensions;
        Elements = elements;
    }

    /// <summary>Where the file was read from.</summary>
    public string Path { get; }

    /// <summary>The sizes, outermost first.</summary>
    public int[] Dimensions { get; }

    /// <summary>The elements, the last dimension running fastest.</summary>
    public byte[] Elements { get; }

    /// <summary>The existing file of that name, plain or with <c>.gz</c> after it, or null.</summary>
    public static string? Find(string folder, string name)
    {
        var plain = System.IO.Path.Combine(folder, name);
        return File.Exists(plain) ? plain : File.Exists(plain + ".gz") ? plain + ".gz" : null;
    }

    /// <summary>Reads a file that must hold unsigned bytes in <paramref name="rank"/> dimensions.</summary>
    /// <exception cref="InputException">The file cannot be read or is not what it should be.</exception>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using var file = File.OpenRead(path);
            if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                return Read(file, path, rank);
            using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            return Read(unzipped, path, rank);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path}: the gzip data is damaged ({e.Message.TrimEnd('.')}); get the file again", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({e.Message.TrimEnd('.')}); check the file and its rights", e);
        }
    }

    private static IdxFile Read(Stream stream, string path, int rank)
    {
        var header = new byte[4 + 4 * rank];
        var length = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (length < header.Length)
            throw new InputException($"{path}: ends after {length} bytes, within the {header.Length} bytes of an IDX header;"
                + " get the file again");
        var magic = BinaryPrimitives.ReadUInt32BigEndian(header);
        var expected = (uint)(UnsignedByte << 8 | rank);
        if (magic != expected)
            throw new InputException($"{path}: begins with 0x{magic:X8} where an IDX file of"
                + $" {(rank == 1 ? "labels" : "images")} begins with 0x{expected:X8};"
                + " check that the file is what its name says");
        var dimensions = new int[rank];
        var count = 1L;
        for (var i = 0; i < rank; i++)
        {
            var size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            // The product stays below 2^62: both factors are at most Array.MaxLength.
            count = size <= Array.MaxLength ? count * size : long.MaxValue;
            if (size == 0 || count > Array.MaxLength)
                throw new InputException($"{path}: the header gives dimension {i + 1} of {rank} as {size:N0}, which is"
                    + $" {(size == 0 ? "nothing to read" : "more than fits into memory")}; get the file again");
            dimensions[i] = (int)size;
        }
        return new IdxFile(path, dimensions, ReadElements(stream, path, (int)count));
    }

    private static byte[] ReadElements(Stream stream, string path, int count)
    {
        // The array grows with what is really there, so that a lying header costs nothing.
        var elements = new byte[Math.Min(count, FirstAllocation)];
        var filled = 0;
        while (true)
        {
            filled += stream.ReadAtLeast(elements.AsSpan(filled), elements.Length - filled, throwOnEndOfStream: false);
            if (filled < elements.Length)
                throw new InputException($"{path}: truncated, holds only {filled:N0} of the {count:N0} bytes that its"
                    + " header announces; get the file again");
            if (filled == count)
                break;
            Array.Resize(ref elements, (int)Math.Min(count, 2L * elements.Length));
        }
        if (stream.ReadByte() >= 0)
            throw new InputException($"{path}: goes on after the {count:N0} bytes that its header announces;"
                + " get the file again");
        return elements;
    }
}
