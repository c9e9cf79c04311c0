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

    // Totals are float32 within a block and double above it: at most 64 additions a lane before widening.
    private const int SumBlock = 64 * ReductionLanes;

    /// <summary>Runs <paramref name="step"/> over elements 0..<paramref name="length"/> - 1, ascending.</summary>
    public static void Run<TStep>(TStep step, int length)
        where TStep : struct, IStep, allows ref struct
    {
        var done = 0;
        if (Vector512.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector512<float>>(step, done, length);
        if (Vector256.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector256<float>>(step, done, length);
        if (Vector128.IsHardwareAccelerated)
            done = RunWhole<TStep, Vector128<float>>(step, done, length);
        for (; done < length; done++)
            step.Step(done);
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
        var total = 0.0;
        for (var start = 0; start < length; start += SumBlock)
        {
            lanes.Clear();
            Reduce(reduction, start, Math.Min(SumBlock, length - start), lanes);
            foreach (var lane in lanes)
                total += lane;
        }

        return total;
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
}
