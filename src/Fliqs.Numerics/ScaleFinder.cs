using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Finds the scale at which a tensor is rounded to a format.</summary>
/// <remarks>
/// <see cref="ScaleRule.LeastSquares"/> tries the clipping thresholds max * 0.9^k, the more the fewer bits the format has:
/// down to a factor 0.03 below 4 bits, 0.09 at 4 bits and 0.5 at 8. Beyond <see cref="SampleSize"/> elements, in a row of a matrix
/// beyond <see cref="RowSampleSize"/>, the error is taken on a sample, the same one every time for the same length; the maximum is always that
/// of all elements.
/// Formats in blocks find the scales of blocks by themselves; that of the tensor is by the largest magnitude under either rule.
/// </remarks>
public static class ScaleFinder
{
    /// <summary>Elements on which <see cref="ScaleRule.LeastSquares"/> computes the error at most.</summary>
    public const int SampleSize = 8192;

    /// <summary>The same for one row of many, as the weights of an output channel are.</summary>
    public const int RowSampleSize = 1024;

    private const int ChunkSize = 64;
    private const float ThresholdRatio = 0.9f;

    // Between these the scale and its reciprocal are both normal.
    private const float SmallestScale = 1.17549435e-38f;
    private const float LargestScale = 1 / SmallestScale;

    /// <summary>The scale at which <paramref name="x"/> is rounded to <paramref name="format"/>.</summary>
    /// <param name="x">The tensor's elements. For unsigned formats only the positive ones count; the others clip.</param>
    /// <param name="format">The format rounded to.</param>
    /// <param name="rule">What makes a scale good; of equally good ones the largest is taken.</param>
    /// <returns>
    /// A positive, normal float32 whose reciprocal is normal too. 1 if the format is not scaled or no element is above zero
    /// in magnitude; NaN if any element is not finite, which makes rounding give NaN everywhere.
    /// </returns>
    public static float Find(ReadOnlySpan<float> x, NumberFormat format, ScaleRule rule) =>
        FindOn<float, SingleStorage>(SampleSize, x, format, rule);

    /// <summary>The same for bfloat16s, given as bit patterns.</summary>
    /// <inheritdoc cref="Find(ReadOnlySpan{float}, NumberFormat, ScaleRule)"/>
    public static float Find(ReadOnlySpan<ushort> x, NumberFormat format, ScaleRule rule) =>
        FindOn<ushort, BFloat16Storage>(SampleSize, x, format, rule);

    private static float FindOn<T, TStored>(int sampleSize, ReadOnlySpan<T> x, NumberFormat format, ScaleRule rule)
        where T : unmanaged
        where TStored : struct, IStored<T>
    {
        ArgumentNullException.ThrowIfNull(format);
        if (!format.IsScaled)
            return 1;
        var maximum = format.MinValue < 0 ? Reductions.MaxAbs<T, TStored>(x) : Reductions.MaxPositive<T, TStored>(x);
        if (!float.IsFinite(maximum))
            return float.NaN;
        if (maximum == 0)
            return 1;
        var widest = ScaleOf(maximum, format);
        return rule switch
        {
            _ when format is BlockFormat => widest,      // its definition says so
            ScaleRule.MaxAbs => widest,
            ScaleRule.LeastSquares => LeastSquaresOnSample<T, TStored>(x, format, widest, sampleSize),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown scale rule."),
        };
    }

    /// <summary>As <see cref="Find(ReadOnlySpan{float}, NumberFormat, ScaleRule)"/> for each row of a matrix by itself, such as each output channel of a weight.</summary>
    /// <param name="x">The rows one after another, of equal length.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="format">The format rounded to.</param>
    /// <param name="rule">What makes a scale good.</param>
    /// <param name="scales">Receives one scale a row.</param>
    /// <exception cref="ArgumentException">x is not so many rows of equal length, or scales has another length.</exception>
    public static void FindRows(
        ReadOnlySpan<float> x, int rows, NumberFormat format, ScaleRule rule, Span<float> scales)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        Shape.ThrowIfLengthsDiffer(rows, scales.Length, nameof(scales));
        ArgumentNullException.ThrowIfNull(format);
        if (!Enum.IsDefined(rule))
            throw new ArgumentOutOfRangeException(nameof(rule), rule, "Unknown scale rule.");
        var loop = new RowsLoop(x, Shape.RowLength(x.Length, rows), format, rule, scales);
        if (rows == 1)
            scales[0] = Find(x, format, rule);
        else if (x.Length < SampleSize)
            loop.Run(0, rows);
        else
            WorkerThreads.For(loop, rows);
    }

    /// <summary>How many thresholds are tried; the range they cover shrinks as the rounding error gets small.</summary>
    internal static int ThresholdCount(NumberFormat format) => format.Bits switch
    {
        <= 3 => 32,
        <= 4 => 24,
        <= 5 => 16,
        <= 6 => 12,
        _ => 8,
    };

    private static float ScaleOf(float maximum, NumberFormat format)
    {
        var scale = Math.Clamp(maximum / format.MaxValue, SmallestScale, LargestScale);
        // Next to the end of float32 the division may round up so far that scale * MaxValue overflows.
        return float.IsFinite(scale * format.MaxValue) ? scale : MathF.BitDecrement(scale);
    }

    private static float LeastSquares(ReadOnlySpan<float> x, NumberFormat format, float widest)
    {
        var best = widest;
        var leastError = format.SquaredError(x, widest);
        var scale = widest;
        for (var k = 1; k < ThresholdCount(format); k++)
        {
            scale = Math.Max(scale * ThresholdRatio, SmallestScale);
            var error = format.SquaredError(x, scale);
            if (error < leastError)
                (best, leastError) = (scale, error);
        }

        return best;
    }

    [SkipLocalsInit]
    private static float LeastSquaresOnSample<T, TStored>(ReadOnlySpan<T> x, NumberFormat format, float widest, int sampleSize)
        where T : unmanaged
        where TStored : struct, IStored<T>
    {
        Span<float> sample = stackalloc float[Math.Min(x.Length, sampleSize)];
        if (x.Length <= sampleSize)
            Widen<T, TStored>(x, sample);
        else
            FillSample<T, TStored>(x, sample);
        return LeastSquares(sample, format, widest);
    }

    // One chunk in each of so many equal parts, at a random place: an even stride would meet the same channels of a
    // channels-last tensor again and again.
    private static void FillSample<T, TStored>(ReadOnlySpan<T> x, Span<float> sample)
        where T : unmanaged
        where TStored : struct, IStored<T>
    {
        var random = new RandomStream(x.Length);
        var chunks = sample.Length / ChunkSize;
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            var start = (int)((long)x.Length * chunk / chunks);
            var end = (int)((long)x.Length * (chunk + 1) / chunks);
            start += random.NextInt(end - start - ChunkSize + 1);
            Widen<T, TStored>(x.Slice(start, ChunkSize), sample[(chunk * ChunkSize)..]);
        }
    }

    private static void Widen<T, TStored>(ReadOnlySpan<T> x, Span<float> destination)
        where T : unmanaged
        where TStored : struct, IStored<T> => KernelDriver.RunHere(new WidenStep<T, TStored>(x, destination), 0, x.Length);

    private readonly ref struct RowsLoop(ReadOnlySpan<float> x, int length, NumberFormat format, ScaleRule rule, Span<float> scales) : ILoop
    {
        private readonly ReadOnlySpan<float> x = x;
        private readonly int length = length;
        private readonly NumberFormat format = format;
        private readonly ScaleRule rule = rule;
        private readonly Span<float> scales = scales;

        public void Run(int start, int end)
        {
            for (; start < end; start++)
                scales[start] = FindOn<float, SingleStorage>(RowSampleSize, x.Slice(start * length, length), format, rule);
        }
    }
}
