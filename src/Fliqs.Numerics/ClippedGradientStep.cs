using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = factor * gradient where low &lt;= x &lt;= high, 0 elsewhere.</summary>
internal readonly ref struct ClippedGradientStep<T, TStorage, TGradient, TStored>(
    ReadOnlySpan<T> x, ReadOnlySpan<TGradient> gradient, Span<T> destination, float low, float high, float factor) : IStep
    where T : unmanaged
    where TStorage : struct, IStorage<T>
    where TGradient : unmanaged
    where TStored : struct, IStored<TGradient>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly TGradient gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref T destination = ref MemoryMarshal.GetReference(destination);
    private readonly float low = low;
    private readonly float high = high;
    private readonly float factor = factor;

    public void Step(int index)
    {
        var value = TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index));
        var passed = TStored.Load(Unsafe.Add(ref Unsafe.AsRef(in gradient), index)) * factor;
        Unsafe.Add(ref destination, index) = TStorage.Store(low <= value && value <= high ? passed : 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var value = TStorage.Load<TVector>(in x, index);
        var inside = (Lanes<TVector>.Create(low) <= value) & (value <= Lanes<TVector>.Create(high));
        var passed = TStored.Load<TVector>(in gradient, index) * Lanes<TVector>.Create(factor);
        TStorage.Store(passed & inside, ref destination, index);
    }
}
