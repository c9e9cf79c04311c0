using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// The bits of the largest magnitude of every block, at least those that are there already. They are in the order of magnitudes, with infinity
/// and NaN above all.
/// </summary>
internal readonly ref struct LargestMagnitudesStep(ReadOnlySpan<float> source, Span<int> largest) : IBlockStep
{
    private readonly ref readonly float source = ref MemoryMarshal.GetReference(source);
    private readonly ref int largest = ref MemoryMarshal.GetReference(largest);

    public void Step(int index, int block)
    {
        ref var most = ref Unsafe.Add(ref largest, block);
        most = Math.Max(most, BitConverter.SingleToInt32Bits(Unsafe.Add(ref Unsafe.AsRef(in source), index)) & int.MaxValue);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int start, int end, int block)
        where TVector : struct
    {
        var most = Lanes<TVector>.Load(in source, start).Abs();
        for (start += Lanes<TVector>.Count; start < end; start += Lanes<TVector>.Count)
            most = Lanes<TVector>.MaxBits(most, Lanes<TVector>.Load(in source, start).Abs());
        ref var before = ref Unsafe.Add(ref largest, block);
        before = Math.Max(before, most.LargestBits());
    }
}
