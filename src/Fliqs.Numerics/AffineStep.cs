using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// y = x * scale + offset, plus the addend unless it is empty, kept between low and high: 0 and infinity for a ReLU, both infinite for none.
/// </summary>
internal readonly ref struct AffineStep<T, TStorage>(
    ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<float> scale, ReadOnlySpan<float> offset, ReadOnlySpan<T> addend, float low,
    float high = float.PositiveInfinity) : IStep
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);
    private readonly ref T y = ref MemoryMarshal.GetReference(y);
    private readonly ref readonly float scale = ref MemoryMarshal.GetReference(scale);
    private readonly ref readonly float offset = ref MemoryMarshal.GetReference(offset);
    private readonly ref readonly T addend = ref MemoryMarshal.GetReference(addend);
    private readonly bool adds = addend.Length > 0;
    private readonly float low = low;
    private readonly float high = high;

    public void Step(int index)
    {
        var value = (TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index)) * Unsafe.Add(ref Unsafe.AsRef(in scale), index))
            + Unsafe.Add(ref Unsafe.AsRef(in offset), index);
        if (adds)
            value += TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in addend), index));
        Unsafe.Add(ref y, index) = TStorage.Store(value <= low ? low : value >= high ? high : value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var value = (TStorage.Load<TVector>(in x, index) * Lanes<TVector>.Load(in scale, index)) + Lanes<TVector>.Load(in offset, index);
        if (adds)
            value += TStorage.Load<TVector>(in addend, index);
        var (least, most) = (Lanes<TVector>.Create(low), Lanes<TVector>.Create(high));
        TStorage.Store(Lanes<TVector>.Select(value <= least, least, Lanes<TVector>.Select(value >= most, most, value)), ref y, index);
    }
}
