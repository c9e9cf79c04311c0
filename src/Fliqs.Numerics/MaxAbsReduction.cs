using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>The largest magnitude. Bit patterns are compared, so that NaN counts as the largest of all.</summary>
internal readonly ref struct MaxAbsReduction<T, TStored>(ReadOnlySpan<T> x) : IReduction
    where T : unmanaged
    where TStored : struct, IStored<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);

    public float Fold(float total, int index)
    {
        var magnitude = BitConverter.SingleToInt32Bits(MathF.Abs(TStored.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index))));
        return BitConverter.Int32BitsToSingle(Math.Max(BitConverter.SingleToInt32Bits(total), magnitude));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct => Lanes<TVector>.MaxBits(totals, TStored.Load<TVector>(in x, index).Abs());
}
