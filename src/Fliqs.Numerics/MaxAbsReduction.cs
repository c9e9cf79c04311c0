using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>The largest magnitude. Bit patterns are compared, so that NaN counts as the largest of all.</summary>
internal readonly ref struct MaxAbsReduction(ReadOnlySpan<float> x) : IReduction
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);

    public float Fold(float total, int index)
    {
        var magnitude = BitConverter.SingleToInt32Bits(MathF.Abs(Unsafe.Add(ref Unsafe.AsRef(in x), index)));
        return BitConverter.Int32BitsToSingle(Math.Max(BitConverter.SingleToInt32Bits(total), magnitude));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct => Lanes<TVector>.MaxBits(totals, Lanes<TVector>.Load(in x, index).Abs());
}
