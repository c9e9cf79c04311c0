using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>
/// Named tensors in one file, in the safetensors format: eight bytes with the length of the header (little-endian), the
/// header (JSON: name, type, shape and place of every tensor, and free text), and the bare data. Nothing in such a file is
/// executed, and reading costs one copy from the disk into the tensors.
/// </summary>
public static class Safetensors
{
    private const int Alignment = 8;

    /// <summary>
    /// Writes the file in one piece (see <see cref="AtomicFile"/>). The same tensors in the same order give the same bytes.
    /// The header keeps the order of <paramref name="tensors"/>; the data has the wide types first, so that all is aligned.
    /// </summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">Tensor by name, on any device: F64, F32, F16, BF16, I64, I32, I16, I8, U8 or BOOL.</param>
    /// <param name="metadata">Free text by key; written in ordinal order of the keys.</param>
    /// <exception cref="ArgumentException">A tensor has another type, or a name that the format reserves.</exception>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public static void Write(
        string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        if (tensors.ContainsKey(SafetensorsHeader.MetadataKey))
            throw new ArgumentException($"No tensor can be called {SafetensorsHeader.MetadataKey}.", nameof(tensors));
        var layout = Place(tensors);
        var header = Header(tensors.Keys.Select(name => layout[name]), metadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            foreach (var name in layout.Keys)
                TensorData.Write(stream, tensors[name]);
        });
    }

    /// <summary>Reads the whole file, each tensor straight into its own memory.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors, which belong to the caller's dispose scope if there is one, and the free text.</returns>
    /// <exception cref="InputException">There is no such file, or it is damaged or not a safetensors file.</exception>
    /// <exception cref="IOException">The disk failed.</exception>
    public static SafetensorsContent Read(string path)
    {
        using var stream = Open(path);
        var info = SafetensorsHeader.Read(stream, path);
        var data = stream.Position;
        var tensors = new OrderedDictionary<string, Tensor>();
        using var scope = NewDisposeScope();
        foreach (var tensor in info.Tensors)
        {
            stream.Position = data + tensor.Begin;
            tensors.Add(tensor.Name, TensorData.Read(stream, tensor, path));
        }

        scope.MoveToOuter(tensors.Values);
        return new SafetensorsContent(tensors, info.Metadata);
    }

    /// <summary>Reads and checks the header only: names, types, shapes and free text.</summary>
    /// <param name="path">The file.</param>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static SafetensorsInfo ReadInfo(string path)
    {
        using var stream = Open(path);
        return SafetensorsHeader.Read(stream, path);
    }

    private static FileStream Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException($"{path}: there is no such file. Check the path.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InputException($"{path}: it is a folder or may not be read. Check the path and its permissions.", e);
        }
    }

    /// <summary>Gives every tensor its place, in the order of the data: wide types first, else as they come.</summary>
    private static OrderedDictionary<string, TensorInfo> Place(IReadOnlyDictionary<string, Tensor> tensors)
    {
        var layout = new OrderedDictionary<string, TensorInfo>();
        var begin = 0L;
        foreach (var (name, tensor) in tensors.OrderByDescending(entry => TensorType.ByteSize(entry.Value.dtype)))
        {
            var bytes = tensor.numel() * TensorType.ByteSize(tensor.dtype);
            layout.Add(name, new TensorInfo(name, tensor.dtype, tensor.shape, begin, bytes));
            begin += bytes;
        }

        return layout;
    }

    private static byte[] Header(IEnumerable<TensorInfo> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        using var buffer = new MemoryStream();
        buffer.Position = SafetensorsHeader.LengthBytes;
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            foreach (var tensor in tensors)
                WriteEntry(json, tensor);
            json.WriteEndObject();
        }

        while (buffer.Length % Alignment != 0)
            buffer.WriteByte((byte)' ');
        var header = buffer.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(header, header.Length - SafetensorsHeader.LengthBytes);
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafetensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            json.WriteString(key, value);
        json.WriteEndObject();
    }

    private static void WriteEntry(Utf8JsonWriter json, TensorInfo tensor)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", TensorType.Code(tensor.Type));
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
            json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(tensor.Begin);
        json.WriteNumberValue(tensor.End);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
