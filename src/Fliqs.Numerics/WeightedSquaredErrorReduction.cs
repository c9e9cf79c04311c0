using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>Adds (weight * (x - Q(x)) * unit)^2; see <see cref="SquaredErrorReduction{TRounding}"/>.</summary>
internal readonly ref struct WeightedSquaredErrorReduction<TRounding>(
    ReadOnlySpan<float> x, ReadOnlySpan<float> weight, TRounding rounding, float scale, float unit) : IReduction
    where TRounding : struct, IRounding
{
    private readonly SquaredErrorReduction<TRounding> plain = new(x, rounding, scale, unit);
    private readonly ref readonly float weight = ref MemoryMarshal.GetReference(weight);

    public float Fold(float total, int index)
    {
        var error = plain.Error(index) * Unsafe.Add(ref Unsafe.AsRef(in weight), index);
        return total + error * error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct
    {
        var error = plain.Error<TVector>(index) * Lanes<TVector>.Load(in weight, index);
        return totals + error * error;
    }
}
