namespace Fliqs.Numerics;

/// <summary>The body of an elementwise loop; see <see cref="KernelDriver.Run"/>.</summary>
internal interface IStep
{
    /// <summary>Handles element <paramref name="index"/>: the definition, which the wide body matches to the bit.</summary>
    void Step(int index);

    /// <summary>Handles one vector of elements from <paramref name="index"/> on.</summary>
    void Step<TVector>(int index)
        where TVector : struct;
}
