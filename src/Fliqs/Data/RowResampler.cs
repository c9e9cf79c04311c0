using System.Buffers;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Fliqs.Data;

/// <summary>
/// Scales an image that comes row by row, so that it never has to be in memory as a whole. A row has four values a pixel; every
/// row is scaled across when it comes, and a row of the result is written as soon as the rows are there that it is made of.
/// </summary>
internal ref struct RowResampler
{
    private const int Lanes = 4;
    private readonly Span<float> planes;
    private readonly float[] memory;
    private int row;
    private int written;

    /// <summary>Begins an image.</summary>
    /// <param name="columns">How to scale across.</param>
    /// <param name="rows">How to scale down.</param>
    /// <param name="planes">Receives 1 to 4 channels, channel-major.</param>
    public RowResampler(ResampleTaps columns, ResampleTaps rows, Span<float> planes)
    {
        (Columns, Rows, row) = (columns, rows, rows.Begin);
        this.planes = planes;
        memory = ArrayPool<float>.Shared.Rent((rows.Count + 1) * Stride + Lanes * (columns.End - columns.Begin));
    }

    /// <summary>How it scales across.</summary>
    public ResampleTaps Columns { get; }

    /// <summary>How it scales down.</summary>
    public ResampleTaps Rows { get; }

    private readonly int Width => Columns.First.Length;

    private readonly int Stride => Lanes * Width;

    /// <summary>Takes the next row of bytes, from <see cref="ResampleTaps.Begin"/> to the end of the columns.</summary>
    public void Add(ReadOnlySpan<byte> pixels)
    {
        var widened = memory.AsSpan((Rows.Count + 1) * Stride, pixels.Length);
        var i = 0;
        for (; i <= pixels.Length - Vector128<byte>.Count; i += Vector128<byte>.Count)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(pixels[i..]));
            Store(low, widened[i..]);
            Store(high, widened[(i + 8)..]);
        }
        for (; i < pixels.Length; i++)
            widened[i] = pixels[i];
        Add(widened);

        static void Store(Vector128<ushort> eight, Span<float> target)
        {
            var (low, high) = Vector128.Widen(eight);
            Vector128.ConvertToSingle(low.AsInt32()).CopyTo(target);
            Vector128.ConvertToSingle(high.AsInt32()).CopyTo(target[4..]);
        }
    }

    /// <summary>Takes the next row, from <see cref="ResampleTaps.Begin"/> to the end of the columns.</summary>
    public void Add(ReadOnlySpan<float> pixels)
    {
        var target = MemoryMarshal.Cast<float, Vector128<float>>(Kept(row));
        var source = MemoryMarshal.Cast<float, Vector128<float>>(pixels);
        for (var x = 0; x < target.Length; x++)
        {
            var taps = source.Slice(Columns.First[x] - Columns.Begin, Columns.Count);
            var weights = Columns.Weights.AsSpan(x * Columns.Count, taps.Length);
            var sum = Vector128<float>.Zero;
            for (var k = 0; k < taps.Length; k++)
                sum += taps[k] * weights[k];
            target[x] = sum;
        }
        row++;
        while (written < Rows.First.Length && Rows.First[written] + Rows.Count == row)
            Write(written++);
    }

    /// <summary>Gives the working memory back.</summary>
    public readonly void Dispose() => ArrayPool<float>.Shared.Return(memory);

    /// <summary>A row scaled across. The last ones are kept, each at its number modulo their count.</summary>
    private readonly Span<float> Kept(int number) => memory.AsSpan(number % Rows.Count * Stride, Stride);

    private readonly void Write(int y)
    {
        var sum = memory.AsSpan(Rows.Count * Stride, Stride);
        sum.Clear();
        var total = MemoryMarshal.Cast<float, Vector128<float>>(sum);
        for (var k = 0; k < Rows.Count; k++)
        {
            var weight = Rows.Weights[y * Rows.Count + k];
            var source = MemoryMarshal.Cast<float, Vector128<float>>(Kept(Rows.First[y] + k));
            for (var x = 0; x < total.Length; x++)
                total[x] += source[x] * weight;
        }
        var plane = Width * Rows.First.Length;
        for (int channel = 0, start = y * Width; start < planes.Length; channel++, start += plane)
        {
            var target = planes.Slice(start, Width);
            for (var x = 0; x < target.Length; x++)
                target[x] = sum[Lanes * x + channel];
        }
    }
}
