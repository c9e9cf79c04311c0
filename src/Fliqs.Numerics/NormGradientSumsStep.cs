using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>sums += g; products += g * (x - mean), where g is the gradient where y lies between low and high, else 0.</summary>
internal readonly ref struct NormGradientSumsStep(
    ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> gradient, ReadOnlySpan<float> mean,
    Span<float> sums, Span<float> products, float low, float high = float.PositiveInfinity) : IStep
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly float y = ref MemoryMarshal.GetReference(y);
    private readonly ref readonly float gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref readonly float mean = ref MemoryMarshal.GetReference(mean);
    private readonly ref float sums = ref MemoryMarshal.GetReference(sums);
    private readonly ref float products = ref MemoryMarshal.GetReference(products);
    private readonly float low = low;
    private readonly float high = high;

    public void Step(int index)
    {
        var result = Unsafe.Add(ref Unsafe.AsRef(in y), index);
        var passed = result <= low || result >= high ? 0 : Unsafe.Add(ref Unsafe.AsRef(in gradient), index);
        Unsafe.Add(ref sums, index) += passed;
        Unsafe.Add(ref products, index) +=
            passed * (Unsafe.Add(ref Unsafe.AsRef(in x), index) - Unsafe.Add(ref Unsafe.AsRef(in mean), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var result = Lanes<TVector>.Load(in y, index);
        var cut = (result <= Lanes<TVector>.Create(low)) | (result >= Lanes<TVector>.Create(high));
        var passed = Lanes<TVector>.Select(cut, Lanes<TVector>.Create(0), Lanes<TVector>.Load(in gradient, index));
        (Lanes<TVector>.Load(in sums, index) + passed).Store(ref sums, index);
        var product = passed * (Lanes<TVector>.Load(in x, index) - Lanes<TVector>.Load(in mean, index));
        (Lanes<TVector>.Load(in products, index) + product).Store(ref products, index);
    }
}
