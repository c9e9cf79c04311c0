using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = g * a + x * b + c, where g is the gradient where y lies between low and high, else 0.</summary>
internal readonly ref struct NormGradientStep<T, TStorage>(
    ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, Span<T> destination,
    ReadOnlySpan<float> a, ReadOnlySpan<float> b, ReadOnlySpan<float> c, float low, float high = float.PositiveInfinity) : IStep
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly T y = ref MemoryMarshal.GetReference(y);
    private readonly ref readonly T gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref T destination = ref MemoryMarshal.GetReference(destination);
    private readonly ref readonly float a = ref MemoryMarshal.GetReference(a);
    private readonly ref readonly float b = ref MemoryMarshal.GetReference(b);
    private readonly ref readonly float c = ref MemoryMarshal.GetReference(c);
    private readonly float low = low;
    private readonly float high = high;

    public void Step(int index)
    {
        var result = TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in y), index));
        var passed = result <= low || result >= high ? 0 : TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in gradient), index));
        Unsafe.Add(ref destination, index) = TStorage.Store(
            (passed * Unsafe.Add(ref Unsafe.AsRef(in a), index))
            + (TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index)) * Unsafe.Add(ref Unsafe.AsRef(in b), index))
            + Unsafe.Add(ref Unsafe.AsRef(in c), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var result = TStorage.Load<TVector>(in y, index);
        var cut = (result <= Lanes<TVector>.Create(low)) | (result >= Lanes<TVector>.Create(high));
        var passed = Lanes<TVector>.Select(cut, Lanes<TVector>.Create(0), TStorage.Load<TVector>(in gradient, index));
        var value = (passed * Lanes<TVector>.Load(in a, index)) + (TStorage.Load<TVector>(in x, index) * Lanes<TVector>.Load(in b, index))
            + Lanes<TVector>.Load(in c, index);
        TStorage.Store(value, ref destination, index);
    }
}
