namespace Fliqs.Numerics;

/// <summary>The body of a reduction; see <see cref="KernelDriver.Reduce"/>.</summary>
internal interface IReduction
{
    /// <summary>Takes element <paramref name="index"/> into <paramref name="total"/>: the definition.</summary>
    float Fold(float total, int index);

    /// <summary>Takes one vector of elements from <paramref name="index"/> on into the totals of its lanes.</summary>
    Lanes<TVector> Fold<TVector>(Lanes<TVector> totals, int index)
        where TVector : struct;
}
