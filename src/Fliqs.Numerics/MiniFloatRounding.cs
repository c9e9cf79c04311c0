using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>
/// Rounds to the values of an ExMy format with at least one mantissa bit; finite overflow saturates, infinities and NaN
/// stay.
/// </summary>
internal readonly struct MiniFloatRounding(int mantissaBits, float minNormal, float maxValue) : IRounding
{
    // Adding 2^(23 - m) times the power of two at or below |x| leaves m mantissa bits: the hardware rounds to even for us.
    private readonly float shift = MathF.ScaleB(1, 23 - mantissaBits);

    public float Round(float x)
    {
        if (!float.IsFinite(x))
            return x;
        var magnitude = Math.Min(Math.Abs((double)x), maxValue);
        var exponent = Math.Max(Math.ILogB(magnitude), Math.ILogB(minNormal));
        var step = Math.ScaleB(1, exponent - mantissaBits);
        return (float)Math.CopySign(Math.Round(magnitude / step, MidpointRounding.ToEven) * step, x + 0f);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct
    {
        var magnitude = x.Abs();
        var clamped = Lanes<TVector>.Min(magnitude, Lanes<TVector>.Create(maxValue));
        var power = Lanes<TVector>.Max(clamped & Lanes<TVector>.FromBits(0x7f800000), Lanes<TVector>.Create(minNormal));
        var magic = power * Lanes<TVector>.Create(shift);
        var rounded = (clamped + magic - magic) | ((x + Lanes<TVector>.Create(0)) & Lanes<TVector>.FromBits(0x80000000));
        return Lanes<TVector>.Select(magnitude <= Lanes<TVector>.Create(float.MaxValue), rounded, x);
    }
}
