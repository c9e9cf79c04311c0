using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Fliqs.Numerics;

/// <summary>
/// Owns the loops of all kernels: which widths run, and the tails. The loops are optimised at once, since the unoptimised
/// first tier of the JIT would run a kernel's first calls some fifty times slower.
/// </summary>
internal static class KernelDriver
{
    /// <summary>Lanes of a reduction on every machine, so that its result does not depend on the vector width.</summary>
    public const int ReductionLanes = 16;

    /// <summary>Elements that one thread takes at a time, a whole number of vectors; a loop over fewer than eight times as many stays on one.</summary>
    public const int PartLength = 4096;

    // Totals are float32 within a block and double above it: at most 64 additions a lane before widening.
    private const int SumBlock = 64 * ReductionLanes;

    /// <summary>Runs <paramref name="step"/> over elements 0..<paramref name="length"/> - 1, on several threads where they are many.</summary>
    public static void Run<TStep>(TStep step, int length)
        where TStep : struct, IStep, allows ref struct
    {
        if (length < 8 * PartLength)
            RunHere(step, 0, length);
        else
            WorkerThreads.For(new Parts<TStep>(step, length), (length + PartLength - 1) / PartLength);
    }

    /// <summary>Runs <paramref name="loop"/> over the rows of a matrix of <paramref name="length"/> elements, on several threads where they are many.</summary>
    /// <exception cref="ArgumentException">The elements are not so many rows of equal length.</exception>
    public static void RunRows<TLoop>(TLoop loop, int length, int rows)
        where TLoop : struct, ILoop, allows ref struct
    {
        _ = Shape.RowLength(length, rows);
        if (length < 8 * PartLength)
            loop.Run(0, rows);
        else
            WorkerThreads.For(loop, rows);
    }

    /// <summary>Runs <paramref name="step"/> over elements <paramref name="done"/>..<paramref name="length"/> - 1, ascending, on this thread.</summary>
    public static void RunHere<TStep>(TStep step, int done, int length)
        where TStep : struct, IStep, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector512<float>>(step, done, length);
        if (Vector256.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector256<float>>(step, done, length);
        if (Vector128.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector128<float>>(step, done, length);
        for (; done < length; done++)
            step.Step(done);
    }

    /// <summary>Runs <paramref name="step"/> over <paramref name="blocks"/> blocks of equal length, which is a multiple of 16, on this thread.</summary>
    public static void RunBlocks<TStep>(TStep step, int length, int blocks)
        where TStep : struct, IBlockStep, allows ref struct
    {
        if (Vector512.IsHardwareAccelerated)
        {
            RunWholeBlocks<TStep, Vector512<float>>(step, length, blocks);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            RunWholeBlocks<TStep, Vector256<float>>(step, length, blocks);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            RunWholeBlocks<TStep, Vector128<float>>(step, length, blocks);
        }
        else
        {
            for (var i = 0; i < length; i++)
                step.Step(i, (int)((long)i * blocks / length));
        }
    }

    /// <summary>
    /// Folds <paramref name="length"/> elements from <paramref name="start"/> on into <paramref name="lanes"/>: lane j takes
    /// the elements start + j, start + j + 16, ... in this order.
    /// </summary>
    public static void Reduce<TReduction>(TReduction reduction, int start, int length, Span<float> lanes)
        where TReduction : struct, IReduction, allows ref struct
    {
        var whole = start + length - length % ReductionLanes;
        if (Vector512.IsHardwareAccelerated)
            ReduceWhole<TReduction, Vector512<float>>(reduction, start, whole, lanes);
        else if (Vector256.IsHardwareAccelerated)
            ReduceWhole<TReduction, Vector256<float>>(reduction, start, whole, lanes);
        else if (Vector128.IsHardwareAccelerated)
            ReduceWhole<TReduction, Vector128<float>>(reduction, start, whole, lanes);
        else
            whole = start;
        for (var i = whole; i < start + length; i++)
        {
            ref var lane = ref lanes[(i - start) % ReductionLanes];
            lane = reduction.Fold(lane, i);
        }
    }

    /// <summary>
    /// The sum over <paramref name="length"/> elements of a reduction that adds: float32 lanes in blocks of 1024 elements,
    /// double above them, in a fixed order.
    /// </summary>
    [SkipLocalsInit]
    public static double Sum<TReduction>(TReduction reduction, int length)
        where TReduction : struct, IReduction, allows ref struct
    {
        Span<float> lanes = stackalloc float[ReductionLanes];
        var totals = Vector512<double>.Zero;
        for (var start = 0; start < length; start += SumBlock)
        {
            lanes.Clear();
            Reduce(reduction, start, Math.Min(SumBlock, length - start), lanes);
            var (lower, upper) = Vector512.Widen(Vector512.Create<float>(lanes));
            totals += lower + upper;
        }

        var four = totals.GetLower() + totals.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    // One method a width: together they would exceed what the JIT inlines into one method.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int RunWhole<TStep, TVector>(TStep step, int start, int length)
        where TStep : struct, IStep, allows ref struct
        where TVector : struct
    {
        for (; start <= length - Lanes<TVector>.Count; start += Lanes<TVector>.Count)
            step.Step<TVector>(start);
        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunWholeBlocks<TStep, TVector>(TStep step, int length, int blocks)
        where TStep : struct, IBlockStep, allows ref struct
        where TVector : struct
    {
        var size = blocks == 0 ? 0 : length / blocks;
        for (var block = 0; block < blocks; block++)
            step.Step<TVector>(block * size, (block + 1) * size, block);
    }

    // Narrow vectors take the 16 lanes in several passes over a block that the first pass brought into the cache.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ReduceWhole<TReduction, TVector>(TReduction reduction, int start, int end, Span<float> lanes)
        where TReduction : struct, IReduction, allows ref struct
        where TVector : struct
    {
        for (var lane = 0; lane < ReductionLanes; lane += Lanes<TVector>.Count)
        {
            var totals = Lanes<TVector>.Load(ref lanes[0], lane);
            for (var i = start + lane; i < end; i += ReductionLanes)
                totals = reduction.Fold(totals, i);
            totals.Store(ref lanes[0], lane);
        }
    }

    private readonly ref struct Parts<TStep>(TStep step, int length) : ILoop
        where TStep : struct, IStep, allows ref struct
    {
        private readonly TStep step = step;
        private readonly int length = length;

        public void Run(int start, int end) => RunHere(step, start * PartLength, Math.Min(end * PartLength, length));
    }
}
