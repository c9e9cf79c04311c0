using static TorchSharp.torch;

namespace Fliqs.Storage;

/// <summary>Moves the bare bytes of a tensor between its memory and a stream, without a copy in between.</summary>
internal static class TensorData
{
    /// <summary>A span holds less than 2 GB, so larger tensors go in slices of so many elements.</summary>
    private const long SliceElements = 1 << 24;

    /// <summary>Writes the elements in row-major order. Only one elsewhere or of another layout is copied.</summary>
    public static void Write(Stream stream, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var flat = tensor.detach().cpu().contiguous().view(-1);
        for (var begin = 0L; begin < flat.numel(); begin += SliceElements)
            stream.Write(Slice(flat, begin).bytes);
    }

    /// <summary>Makes the tensor and fills it from where the stream stands.</summary>
    /// <param name="stream">Stands at the first byte of the tensor's data.</param>
    /// <param name="info">Type and shape, already checked against the length of the file.</param>
    /// <param name="file">The name that messages carry.</param>
    /// <exception cref="InputException">The stream ends too early, or a truth value is neither 0 nor 1.</exception>
    public static Tensor Read(Stream stream, TensorInfo info, string file)
    {
        using var scope = NewDisposeScope();
        var tensor = empty([.. info.Shape], dtype: info.Type);
        var flat = tensor.view(-1);
        for (var begin = 0L; begin < flat.numel(); begin += SliceElements)
            Fill(stream, Slice(flat, begin).bytes, info, file);
        return scope.MoveToOuter(tensor);
    }

    private static Tensor Slice(Tensor flat, long begin) =>
        flat.narrow(0, begin, Math.Min(SliceElements, flat.numel() - begin));

    private static void Fill(Stream stream, Span<byte> bytes, TensorInfo info, string file)
    {
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw SafetensorsHeader.Damaged(file, $"it ends within {SafetensorsHeader.Quote(info.Name)}", e);
        }

        // any other byte in a C++ bool is undefined behaviour
        if (info.Type == ScalarType.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) >= 0)
            throw SafetensorsHeader.Damaged(
                file, $"{SafetensorsHeader.Quote(info.Name)} has truth values that are neither 0 nor 1");
    }
}
