using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>Adds weight * (x - y).</summary>
internal readonly ref struct WeightedDifferenceReduction(ReadOnlySpan<float> x, ReadOnlySpan<float> y, ReadOnlySpan<float> weight) : IReduction
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly float y = ref MemoryMarshal.GetReference(y);
    private readonly ref readonly float weight = ref MemoryMarshal.GetReference(weight);

    public float Fold(float total, int index)
    {
        var difference = Unsafe.Add(ref Unsafe.AsRef(in x), index) - Unsafe.Add(ref Unsafe.AsRef(in y), index);
        return total + (difference * Unsafe.Add(ref Unsafe.AsRef(in weight), index));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct =>
        totals + ((Lanes<TVector>.Load(in x, index) - Lanes<TVector>.Load(in y, index)) * Lanes<TVector>.Load(in weight, index));
}
