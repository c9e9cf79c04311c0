using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Rounds to IEEE 754 binary16: subnormals kept, overflow to infinity, NaN stays NaN.</summary>
internal readonly struct HalfRounding : IRounding
{
    private const float MinNormal = 6.103515625e-05f;
    private const float MaxValue = 65504;

    public float Round(float x) => float.IsNaN(x) ? x : (float)(Half)x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct
    {
        var magnitude = x.Abs();
        var clamped = Lanes<TVector>.Min(magnitude, Lanes<TVector>.Create(65536));
        var power = Lanes<TVector>.Max(clamped & Lanes<TVector>.FromBits(0x7f800000), Lanes<TVector>.Create(MinNormal));
        var magic = power * Lanes<TVector>.Create(1 << 13);
        var rounded = clamped + magic - magic;
        var infinity = Lanes<TVector>.Create(float.PositiveInfinity);
        rounded = Lanes<TVector>.Select(rounded <= Lanes<TVector>.Create(MaxValue), rounded, infinity);
        return Lanes<TVector>.Select(magnitude <= infinity, rounded | (x & Lanes<TVector>.FromBits(0x80000000)), x);
    }
}
