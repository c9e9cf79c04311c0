using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Rounds to the integers <paramref name="low"/> to <paramref name="high"/>; infinities and NaN stay.</summary>
internal readonly struct IntegerRounding(float low, float high) : IRounding
{
    public float Round(float x) =>
        float.IsFinite(x) ? MathF.Min(MathF.Max(MathF.Round(x + 0f, MidpointRounding.ToEven), low), high) : x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct
    {
        var rounded = Lanes<TVector>.Max((x + Lanes<TVector>.Create(0)).RoundToInteger(), Lanes<TVector>.Create(low));
        rounded = Lanes<TVector>.Min(rounded, Lanes<TVector>.Create(high));
        return Lanes<TVector>.Select(x.Abs() <= Lanes<TVector>.Create(float.MaxValue), rounded, x);
    }
}
