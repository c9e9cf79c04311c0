using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// Adds ((x - Q(x)) * unit)^2, Q as in <see cref="RoundStep{TRounding}"/>. The unit, a power of two near one over the range
/// of Q, keeps the squares from under- and overflowing.
/// </summary>
internal readonly ref struct SquaredErrorReduction<TRounding>(
    ReadOnlySpan<float> x, TRounding rounding, float scale, float unit) : IReduction
    where TRounding : struct, IRounding
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);
    private readonly TRounding rounding = rounding;
    private readonly float scale = scale;
    private readonly float inverse = 1 / scale;
    private readonly float unit = unit;

    public float Fold(float total, int index)
    {
        var error = Error(index);
        return total + error * error;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct
    {
        var error = Error<TVector>(index);
        return totals + error * error;
    }

    /// <summary>(x - Q(x)) * unit of one element.</summary>
    public float Error(int index)
    {
        var value = Unsafe.Add(ref Unsafe.AsRef(in x), index);
        return (value - scale * rounding.Round(value * inverse)) * unit;
    }

    /// <summary>(x - Q(x)) * unit of one vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Error<TVector>(int index)
        where TVector : struct
    {
        var value = Lanes<TVector>.Load(in x, index);
        var rounded = rounding.Round(value * Lanes<TVector>.Create(inverse)) * Lanes<TVector>.Create(scale);
        return (value - rounded) * Lanes<TVector>.Create(unit);
    }
}
