using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>
/// Rounds to the values of an ExM0 format: 0 and powers of two. As <see cref="MiniFloatRounding"/>, but here the even code
/// of a tie is the even exponent. The biases of all these formats are odd, so the float32 exponent has the parity of the code.
/// </summary>
internal readonly struct PowerOfTwoRounding(float minNormal, float maxValue) : IRounding
{
    public float Round(float x)
    {
        if (!float.IsFinite(x))
            return x;
        var magnitude = Math.Min(Math.Abs((double)x), maxValue);
        var exponent = Math.ILogB(minNormal);
        var below = magnitude < minNormal ? 0 : Math.ScaleB(1, Math.ILogB(magnitude));
        var above = magnitude < minNormal ? minNormal : 2 * below;
        var code = below == 0 ? 0 : Math.ILogB(below) - exponent + 1;
        var middle = (below + above) / 2;
        var up = magnitude > middle || (magnitude == middle && code % 2 != 0);
        return (float)Math.CopySign(up ? above : below, x + 0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct
    {
        var magnitude = x.Abs();
        var clamped = Lanes<TVector>.Min(magnitude, Lanes<TVector>.Create(maxValue));
        var power = Lanes<TVector>.Max(clamped & Lanes<TVector>.FromBits(0x7f800000), Lanes<TVector>.Create(minNormal));
        // One step more in the magic number swaps odd and even, so that even exponents attract the ties.
        var even = power.AddBits(Lanes<TVector>.FromBits(1u << 23)).ShiftBitsRight(23) & Lanes<TVector>.FromBits(1);
        var magic = power * Lanes<TVector>.Create(1 << 23) | even;
        var rounded = (clamped + magic - magic) | ((x + Lanes<TVector>.Create(0)) & Lanes<TVector>.FromBits(0x80000000));
        return Lanes<TVector>.Select(magnitude <= Lanes<TVector>.Create(float.MaxValue), rounded, x);
    }
}
