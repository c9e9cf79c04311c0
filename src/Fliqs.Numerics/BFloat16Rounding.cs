using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Rounds to bfloat16, a float32's upper half: ties to even, overflow to infinity, NaN gets quiet.</summary>
internal readonly struct BFloat16Rounding : IRounding
{
    private const uint UpperHalf = 0xffff0000;
    private const uint Quiet = 0x00400000;

    public float Round(float x)
    {
        var bits = BitConverter.SingleToUInt32Bits(x);
        var rounded = float.IsNaN(x) ? bits | Quiet : bits + 0x7fff + ((bits >> 16) & 1);
        return BitConverter.UInt32BitsToSingle(rounded & UpperHalf);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct
    {
        var odd = x.ShiftBitsRight(16) & Lanes<TVector>.FromBits(1);
        var rounded = x.AddBits(Lanes<TVector>.FromBits(0x7fff)).AddBits(odd);
        var number = x.Abs() <= Lanes<TVector>.Create(float.PositiveInfinity);
        var quiet = x | Lanes<TVector>.FromBits(Quiet);
        return Lanes<TVector>.Select(number, rounded, quiet) & Lanes<TVector>.FromBits(UpperHalf);
    }
}
