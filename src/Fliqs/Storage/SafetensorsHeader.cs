using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Unicode;

namespace Fliqs.Storage;

/// <summary>
/// Reads the header of a safetensors file and trusts nothing in it: when it returns, every name, type, shape and offset
/// agrees with the others and with the length of the file, so that the data can be read without a further check.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>The key of the free text among the tensor names.</summary>
    public const string MetadataKey = "__metadata__";

    /// <summary>The bytes of the header's length, which opens the file.</summary>
    public const int LengthBytes = 8;

    private const long MaxHeaderBytes = 100_000_000;
    private const int MaxDepth = 8;
    private const int MaxRank = 64;

    /// <summary>Reads the header; the stream then stands at the first byte of data.</summary>
    /// <param name="stream">A seekable stream at its beginning.</param>
    /// <param name="file">The name that messages carry.</param>
    /// <exception cref="InputException">The header is not sound, or does not fit the length of the file.</exception>
    public static SafetensorsInfo Read(Stream stream, string file)
    {
        try
        {
            var header = ReadBytes(stream);
            using var json = JsonDocument.Parse(
                header, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = MaxDepth });
            return Parse(json.RootElement, stream.Length - stream.Position);
        }
        catch (FormatException e)
        {
            throw Damaged(file, e.Message, e);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Damaged(file, $"its header is not the JSON it should be: {Quote(e.Message, limit: 160)}", e);
        }
        catch (EndOfStreamException e)
        {
            throw Damaged(file, "it ends within the header", e);
        }
    }

    /// <summary>The one line that says that a file is not sound and what to do about it.</summary>
    public static InputException Damaged(string file, string problem, Exception? cause = null)
    {
        var message = $"{file}: {problem}. Write or download the file again.";
        return cause is null ? new InputException(message) : new InputException(message, cause);
    }

    /// <summary>A name from the file as part of one line: quoted, without control characters, and not too long.</summary>
    public static string Quote(string name, int limit = 80)
    {
        var clean = string.Concat(name.Take(limit).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return name.Length > limit ? $"'{clean}...'" : $"'{clean}'";
    }

    private static byte[] ReadBytes(Stream stream)
    {
        if (stream.Length < LengthBytes)
            throw new FormatException($"it has only {stream.Length} bytes and is not a safetensors file");
        Span<byte> prefix = stackalloc byte[LengthBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaxHeaderBytes)
            throw new FormatException($"it claims a header of {length} bytes, above the limit of {MaxHeaderBytes}");
        if (length > (ulong)(stream.Length - LengthBytes))
            throw new FormatException($"it claims a header of {length} bytes and has only {stream.Length} in all");

        var header = new byte[length];
        stream.ReadExactly(header);
        if (header is not [(byte)'{', ..] || !Utf8.IsValid(header))
            throw new FormatException("its header is not a JSON object in UTF-8 and it is not a safetensors file");
        return header;
    }

    private static SafetensorsInfo Parse(JsonElement root, long dataBytes)
    {
        var tensors = new List<TensorInfo>();
        var metadata = new Dictionary<string, string>();
        foreach (var entry in root.EnumerateObject())
            if (entry.NameEquals(MetadataKey))
                ParseMetadata(entry.Value, metadata);
            else
                tensors.Add(ParseTensor(entry.Name, entry.Value, dataBytes));
        CheckLayout(tensors, dataBytes);
        return new SafetensorsInfo(tensors, metadata);
    }

    private static void ParseMetadata(JsonElement value, Dictionary<string, string> metadata)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new FormatException($"{MetadataKey} is not an object");
        foreach (var entry in value.EnumerateObject())
            metadata[entry.Name] = entry.Value.ValueKind == JsonValueKind.String
                ? entry.Value.GetString()!
                : throw new FormatException($"{MetadataKey} {Quote(entry.Name)} is not a text");
    }

    private static TensorInfo ParseTensor(string name, JsonElement value, long dataBytes)
    {
        var quoted = Quote(name);
        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 3
            || !value.TryGetProperty("dtype", out var dtype) || dtype.ValueKind != JsonValueKind.String
            || !value.TryGetProperty("shape", out var shapeValue)
            || !value.TryGetProperty("data_offsets", out var offsetsValue))
            throw new FormatException($"the entry {quoted} does not have just dtype, shape and data_offsets");
        var type = TensorType.Parse(dtype.GetString()) ?? throw new FormatException(
            $"{quoted} has the dtype {Quote(dtype.GetString()!)}, which is none of {TensorType.Codes}");
        var shape = ParseNumbers(shapeValue, $"the shape of {quoted}");
        var offsets = ParseNumbers(offsetsValue, $"the data_offsets of {quoted}");
        if (offsets is not [var begin, var end] || begin > end || end > dataBytes)
            throw new FormatException(
                $"the data_offsets of {quoted} are [{string.Join(", ", offsets)}], outside of the {dataBytes} bytes");
        if (ByteCount(shape, TensorType.ByteSize(type)) is not { } bytes)
            throw new FormatException($"the shape of {quoted} is larger than any memory");
        if (bytes != end - begin)
            throw new FormatException(
                $"{quoted} has {end - begin} bytes of data, and its shape [{string.Join(", ", shape)}] takes {bytes}");
        return new TensorInfo(name, type, shape, begin, bytes);
    }

    private static long[] ParseNumbers(JsonElement value, string what)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > MaxRank)
            throw new FormatException($"{what} is not a list of at most {MaxRank} numbers");
        var numbers = new long[value.GetArrayLength()];
        var i = 0;
        foreach (var item in value.EnumerateArray())
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out numbers[i++]) || numbers[i - 1] < 0)
                throw new FormatException($"{what} has {Quote(item.GetRawText(), 24)} in place of a whole number from 0 on");
        return numbers;
    }

    /// <summary>
    /// Shape times element size, or null on overflow. A zero does not excuse the other sizes: LibTorch multiplies them
    /// into strides even where the tensor is empty.
    /// </summary>
    private static long? ByteCount(long[] shape, int elementBytes)
    {
        var bytes = (Int128)elementBytes;
        foreach (var size in shape)
            if ((bytes *= Math.Max(size, 1)) > long.MaxValue)
                return null;
        return shape.Contains(0) ? 0 : (long)bytes;
    }

    private static void CheckLayout(List<TensorInfo> tensors, long dataBytes)
    {
        var end = 0L;
        foreach (var tensor in tensors.OrderBy(t => t.Begin).ThenBy(t => t.End))
        {
            if (tensor.Begin != end)
                throw new FormatException(tensor.Begin < end
                    ? $"the data of {Quote(tensor.Name)} overlaps that of another tensor"
                    : $"there is a gap of {tensor.Begin - end} bytes before the data of {Quote(tensor.Name)}");
            end = tensor.End;
        }

        if (end != dataBytes)
            throw new FormatException($"{dataBytes - end} bytes follow the last tensor");
    }
}
