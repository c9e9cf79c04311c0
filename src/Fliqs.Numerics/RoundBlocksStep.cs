using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = unit * round(source * inverse) with the unit and the inverse scale of the block.</summary>
internal readonly ref struct RoundBlocksStep<TRounding, T, TStorage>(
    ReadOnlySpan<float> source, Span<T> destination, TRounding rounding, ReadOnlySpan<float> units, ReadOnlySpan<float> inverses) : IBlockStep
    where TRounding : struct, IRounding
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly float source = ref MemoryMarshal.GetReference(source);
    private readonly ref T destination = ref MemoryMarshal.GetReference(destination);
    private readonly TRounding rounding = rounding;
    private readonly ref readonly float units = ref MemoryMarshal.GetReference(units);
    private readonly ref readonly float inverses = ref MemoryMarshal.GetReference(inverses);

    public void Step(int index, int block) => Unsafe.Add(ref destination, index) = TStorage.Store(
        Unsafe.Add(ref Unsafe.AsRef(in units), block)
        * rounding.Round(Unsafe.Add(ref Unsafe.AsRef(in source), index) * Unsafe.Add(ref Unsafe.AsRef(in inverses), block)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int start, int end, int block)
        where TVector : struct
    {
        var inverse = Lanes<TVector>.Create(Unsafe.Add(ref Unsafe.AsRef(in inverses), block));
        var unit = Lanes<TVector>.Create(Unsafe.Add(ref Unsafe.AsRef(in units), block));
        for (; start < end; start += Lanes<TVector>.Count)
            TStorage.Store(rounding.Round(Lanes<TVector>.Load(in source, start) * inverse) * unit, ref destination, start);
    }
}
