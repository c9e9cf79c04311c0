using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// The largest of 0 and the values, as <see cref="MaxAbsReduction{T, TStored}"/>; infinities and NaN count whatever their sign.
/// </summary>
internal readonly ref struct MaxPositiveReduction<T, TStored>(ReadOnlySpan<T> x) : IReduction
    where T : unmanaged
    where TStored : struct, IStored<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);

    public float Fold(float total, int index)
    {
        var value = TStored.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index));
        var magnitude = float.IsFinite(value) && value <= 0 ? 0 : BitConverter.SingleToInt32Bits(MathF.Abs(value));
        return BitConverter.Int32BitsToSingle(Math.Max(BitConverter.SingleToInt32Bits(total), magnitude));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct
    {
        var value = TStored.Load<TVector>(in x, index);
        var zero = Lanes<TVector>.Create(0);
        var negative = (value <= zero) & (value >= Lanes<TVector>.Create(float.MinValue));
        return Lanes<TVector>.MaxBits(totals, Lanes<TVector>.Select(negative, zero, value.Abs()));
    }
}
