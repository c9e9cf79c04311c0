using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// The largest of 0 and the values, as <see cref="MaxAbsReduction"/>; infinities and NaN count whatever their sign.
/// </summary>
internal readonly ref struct MaxPositiveReduction(ReadOnlySpan<float> x) : IReduction
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);

    public float Fold(float total, int index)
    {
        var value = Unsafe.Add(ref Unsafe.AsRef(in x), index);
        var magnitude = float.IsFinite(value) && value <= 0 ? 0 : BitConverter.SingleToInt32Bits(MathF.Abs(value));
        return BitConverter.Int32BitsToSingle(Math.Max(BitConverter.SingleToInt32Bits(total), magnitude));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct
    {
        var value = Lanes<TVector>.Load(in x, index);
        var zero = Lanes<TVector>.Create(0);
        var negative = (value <= zero) & (value >= Lanes<TVector>.Create(float.MinValue));
        return Lanes<TVector>.MaxBits(totals, Lanes<TVector>.Select(negative, zero, value.Abs()));
    }
}
