namespace Fliqs.Numerics;

/// <summary>Rounding to the grid of a format at scale 1. Implementations are small immutable structs.</summary>
internal interface IRounding
{
    /// <summary>Rounds one value: the definition, written for clarity.</summary>
    float Round(float x);

    /// <summary>Rounds a vector of values, to the same bits.</summary>
    Lanes<TVector> Round<TVector>(Lanes<TVector> x)
        where TVector : struct;
}
