using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// sums += g; products += g * (x - mean), where g is the gradient where y lies between low and high, else 0. It is written to passed, unless
/// that is empty.
/// </summary>
internal readonly ref struct NormGradientSumsStep<T, TStorage>(
    ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, ReadOnlySpan<float> mean,
    Span<float> sums, Span<float> products, Span<T> passed, float low, float high = float.PositiveInfinity) : IStep
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly T y = ref MemoryMarshal.GetReference(y);
    private readonly ref readonly T gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref readonly float mean = ref MemoryMarshal.GetReference(mean);
    private readonly ref float sums = ref MemoryMarshal.GetReference(sums);
    private readonly ref float products = ref MemoryMarshal.GetReference(products);
    private readonly ref T passed = ref MemoryMarshal.GetReference(passed);
    private readonly bool passes = passed.Length > 0;
    private readonly float low = low;
    private readonly float high = high;

    public void Step(int index)
    {
        var result = TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in y), index));
        var g = result <= low || result >= high ? 0 : TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in gradient), index));
        if (passes)
            Unsafe.Add(ref passed, index) = TStorage.Store(g);
        Unsafe.Add(ref sums, index) += g;
        Unsafe.Add(ref products, index) +=
            g * (TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index)) - Unsafe.Add(ref Unsafe.AsRef(in mean), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var result = TStorage.Load<TVector>(in y, index);
        var cut = (result <= Lanes<TVector>.Create(low)) | (result >= Lanes<TVector>.Create(high));
        var g = Lanes<TVector>.Select(cut, Lanes<TVector>.Create(0), TStorage.Load<TVector>(in gradient, index));
        if (passes)
            TStorage.Store(g, ref passed, index);
        (Lanes<TVector>.Load(in sums, index) + g).Store(ref sums, index);
        var product = g * (TStorage.Load<TVector>(in x, index) - Lanes<TVector>.Load(in mean, index));
        (Lanes<TVector>.Load(in products, index) + product).Store(ref products, index);
    }
}
