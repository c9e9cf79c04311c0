using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = unit * round(source * (1 / scale)) with the unit and the scale of the block.</summary>
internal readonly ref struct RoundBlocksStep<TRounding, T, TStorage>(
    ReadOnlySpan<float> source, Span<T> destination, TRounding rounding, ReadOnlySpan<float> scales, ReadOnlySpan<float> units) : IBlockStep
    where TRounding : struct, IRounding
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly float source = ref MemoryMarshal.GetReference(source);
    private readonly ref T destination = ref MemoryMarshal.GetReference(destination);
    private readonly TRounding rounding = rounding;
    private readonly ref readonly float scales = ref MemoryMarshal.GetReference(scales);
    private readonly ref readonly float units = ref MemoryMarshal.GetReference(units);

    public void Step(int index, int block) => Unsafe.Add(ref destination, index) = TStorage.Store(
        Unsafe.Add(ref Unsafe.AsRef(in units), block)
        * rounding.Round(Unsafe.Add(ref Unsafe.AsRef(in source), index) * (1 / Unsafe.Add(ref Unsafe.AsRef(in scales), block))));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int start, int end, int block)
        where TVector : struct
    {
        var inverse = Lanes<TVector>.Create(1 / Unsafe.Add(ref Unsafe.AsRef(in scales), block));
        var unit = Lanes<TVector>.Create(Unsafe.Add(ref Unsafe.AsRef(in units), block));
        for (; start < end; start += Lanes<TVector>.Count)
            TStorage.Store(rounding.Round(Lanes<TVector>.Load(in source, start) * inverse) * unit, ref destination, start);
    }
}
