using System.Buffers;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Fliqs.Data;

/// <summary>
/// Decodes one file and scales a part of it. What the format allows to leave out is left out: of a JPEG file only the rows and
/// columns of that part are made, at half, a quarter or an eighth of the size where that is still as large as the result.
/// </summary>
internal static class ImageDecoder
{
    private const int Channels = 3;
    private const int PixelBytes = 4;
    private const int StripeRows = 16;
    private const int ColorMargin = 2;
    private const long MostPixels = 100_000_000;

    private static ReadOnlySpan<byte> EndOfJpeg => [0xFF, 0xD9];

    /// <summary>Reads a part of an image as red, green and blue in [0, 1], channel-major.</summary>
    /// <param name="path">The file; its content, not its name, says what it is.</param>
    /// <param name="pixels">Receives 3 * size * size values.</param>
    /// <param name="size">Height and width of the result.</param>
    /// <param name="frame">The part, from width and height of the image as it is to be looked at.</param>
    /// <returns>Null, or why it cannot be read.</returns>
    public static string? Read(string path, Span<float> pixels, int size, Func<int, int, CropBox> frame)
    {
        try
        {
            using var data = ReadFile(path);
            if (data is null)
                return "is empty";
            using var codec = SKCodec.Create(data);
            return codec is null ? "is no image of a known format" : Read(codec, data.AsSpan(), pixels, size, frame);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message.TrimEnd('.');
        }
    }

    private static SKData? ReadFile(string path)
    {
        using var file = File.OpenHandle(path);
        var length = RandomAccess.GetLength(file);
        if (length > int.MaxValue)
            throw new IOException("has more than 2 GiB");
        if (length == 0)
            return null;
        var data = SKData.Create((int)length);
        var bytes = Bytes(data);
        for (var filled = 0; filled < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes[filled..], filled);
            if (read == 0)
                throw new IOException("became shorter while it was read");
            filled += read;
        }
        return data;
    }

    private static unsafe Span<byte> Bytes(SKData data) => new((void*)data.Data, (int)data.Size);

    private static string? Read(
        SKCodec codec, ReadOnlySpan<byte> file, Span<float> pixels, int size, Func<int, int, CropBox> frame)
    {
        var (stored, origin) = (codec.Info, codec.EncodedOrigin);
        var jpeg = codec.EncodedFormat == SKEncodedImageFormat.Jpeg;
        if ((long)stored.Width * stored.Height > MostPixels)
            return $"has {stored.Width} x {stored.Height} pixels, more than {MostPixels / 1_000_000} million";
        if (jpeg && file.LastIndexOf(EndOfJpeg) < 0)
            return "is truncated";
        var (width, height) = Orientation.IsTurned(origin) ? (stored.Height, stored.Width) : (stored.Width, stored.Height);
        var box = Orientation.ToStored(origin, frame(width, height), width, height);
        var divisor = jpeg ? Divisor(codec, box, size) : 1;
        var scaled = divisor == 1 ? stored.Size : codec.GetScaledDimensions(1f / divisor);
        var columns = new ResampleTaps(box.Left / divisor, box.Width / divisor, size, scaled.Width);
        var rows = new ResampleTaps(box.Top / divisor, box.Height / divisor, size, scaled.Height, 1 / 255.0);
        var resampler = new RowResampler(columns, rows, pixels);
        try
        {
            // Without a colour space nothing is converted: networks are trained on the numbers in the file.
            var info = new SKImageInfo(scaled.Width, scaled.Height, SKColorType.Rgba8888, Alpha(stored));
            var problem = jpeg ? ReadStripes(codec, info, ref resampler) : ReadWhole(codec, info, ref resampler);
            if (problem is null)
                Orientation.Apply(origin, pixels, size);
            return problem;
        }
        finally
        {
            resampler.Dispose();
        }
    }

    /// <summary>Transparent pixels keep their colour.</summary>
    private static SKAlphaType Alpha(SKImageInfo stored) =>
        stored.AlphaType == SKAlphaType.Opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul;

    /// <summary>The largest reduction within the decoder that leaves at least a pixel for every pixel of the result.</summary>
    private static int Divisor(SKCodec codec, CropBox box, int size)
    {
        foreach (var divisor in (ReadOnlySpan<int>)[8, 4, 2])
        {
            var scaled = codec.GetScaledDimensions(1f / divisor);
            if (Math.Min(box.Width, box.Height) >= (double)divisor * size
                && scaled.Width == (codec.Info.Width + divisor - 1) / divisor
                && scaled.Height == (codec.Info.Height + divisor - 1) / divisor)
                return divisor;
        }
        return 1;
    }

    private static string? ReadStripes(SKCodec codec, SKImageInfo info, ref RowResampler resampler)
    {
        var (columns, rows) = (resampler.Columns, resampler.Rows);
        // Colour of half the resolution is interpolated between columns: those at the edges of the part need their neighbours.
        var part = new SKRectI(
            Math.Max(0, columns.Begin - ColorMargin), 0, Math.Min(info.Width, columns.End + ColorMargin), info.Height);
        if (codec.StartScanlineDecode(info, new SKCodecOptions(part)) != SKCodecResult.Success)
            return "cannot be decoded";
        if (rows.Begin > 0 && !codec.SkipScanlines(rows.Begin))
            return "ends before the picture does";
        var stride = PixelBytes * part.Width;
        var (first, length) = (PixelBytes * (columns.Begin - part.Left), PixelBytes * (columns.End - columns.Begin));
        var stripe = ArrayPool<byte>.Shared.Rent(StripeRows * stride);
        try
        {
            for (var y = rows.Begin; y < rows.End; y += StripeRows)
            {
                var count = Math.Min(StripeRows, rows.End - y);
                if (ReadRows(codec, stripe, count, stride) < count)
                    return "ends before the picture does";
                for (var row = 0; row < count; row++)
                    resampler.Add(stripe.AsSpan(row * stride + first, length));
            }
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(stripe);
        }
    }

    private static unsafe int ReadRows(SKCodec codec, byte[] stripe, int count, int stride)
    {
        fixed (byte* target = stripe)
            return codec.GetScanlines((nint)target, count, stride);
    }

    private static unsafe string? ReadWhole(SKCodec codec, SKImageInfo info, ref RowResampler resampler)
    {
        var stride = PixelBytes * info.Width;
        var memory = NativeMemory.Alloc((nuint)info.Height, (nuint)stride);
        try
        {
            var result = codec.GetPixels(info, (nint)memory);
            if (result != SKCodecResult.Success)
                return result == SKCodecResult.IncompleteInput ? "is truncated" : "cannot be decoded";
            var (columns, rows) = (resampler.Columns, resampler.Rows);
            for (var y = rows.Begin; y < rows.End; y++)
                resampler.Add(new ReadOnlySpan<byte>(
                    (byte*)memory + (nint)y * stride + PixelBytes * columns.Begin, PixelBytes * (columns.End - columns.Begin)));
            return null;
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
