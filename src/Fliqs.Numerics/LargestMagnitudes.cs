using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fliqs.Numerics;

/// <summary>
/// The largest magnitudes of blocks, as bits: those are in the order of magnitudes, with infinity and NaN above all. With AVX-512 sixteen blocks are
/// reduced together, which takes a third of the instructions of one after the other.
/// </summary>
internal static class LargestMagnitudes
{
    private const int Together = 16;

    /// <summary>Finds them.</summary>
    /// <param name="row">Whole blocks; a number of elements that is a multiple of 16 each.</param>
    /// <param name="largest">Receives one for every block.</param>
    public static void Find(ReadOnlySpan<float> row, Span<int> largest)
    {
        var size = largest.IsEmpty ? 0 : row.Length / largest.Length;
        var done = Avx512F.IsSupported ? FindTogether(row, largest, size) : 0;
        largest[done..].Clear();
        KernelDriver.RunBlocks(new LargestMagnitudesStep(row[(done * size)..], largest[done..]), (largest.Length - done) * size, largest.Length - done);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int FindTogether(ReadOnlySpan<float> row, Span<int> largest, int size)
    {
        ref var first = ref MemoryMarshal.GetReference(row);
        var done = 0;
        for (; done <= largest.Length - Together; done += Together)
        {
            ref var block = ref Unsafe.Add(ref first, done * size);
            var (low, high) = (
                OfEight(ref block, size), OfEight(ref Unsafe.Add(ref block, Together / 2 * size), size));
            // Of quarters 0 and 1 of both, and 2 and 3, the larger: they are the quarters of four blocks each.
            Vector512.Max(Avx512F.Shuffle4x128(low, high, 0b10_00_10_00), Avx512F.Shuffle4x128(low, high, 0b11_01_11_01)).CopyTo(largest[done..]);
        }

        return done;
    }

    /// <summary>Halves 0 and 1, and 2 and 3, of eight blocks: the maxima of the first four in two quarters, those of the others in the other two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> OfEight(ref float block, int size)
    {
        var (a, b) = (OfFour(ref block, size), OfFour(ref Unsafe.Add(ref block, 4 * size), size));
        return Vector512.Max(Avx512F.Shuffle4x128(a, b, 0b01_00_01_00), Avx512F.Shuffle4x128(a, b, 0b11_10_11_10));
    }

    /// <summary>In every quarter the maxima of the same quarters of four blocks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> OfFour(ref float block, int size)
    {
        var (a, b) = (OfOne(ref block, size), OfOne(ref Unsafe.Add(ref block, size), size));
        var (c, d) = (OfOne(ref Unsafe.Add(ref block, 2 * size), size), OfOne(ref Unsafe.Add(ref block, 3 * size), size));
        var ab = Vector512.Max(Avx512F.UnpackLow(a, b), Avx512F.UnpackHigh(a, b)).AsInt64();
        var cd = Vector512.Max(Avx512F.UnpackLow(c, d), Avx512F.UnpackHigh(c, d)).AsInt64();
        return Vector512.Max(Avx512F.UnpackLow(ab, cd).AsInt32(), Avx512F.UnpackHigh(ab, cd).AsInt32());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> OfOne(ref float block, int size)
    {
        var most = Bits(ref block, 0);
        for (var i = Vector512<float>.Count; i < size; i += Vector512<float>.Count)
            most = Vector512.Max(most, Bits(ref block, i));
        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> Bits(ref float block, int index) =>
        Vector512.LoadUnsafe(ref block, (nuint)index).AsInt32() & Vector512.Create(int.MaxValue);
}
