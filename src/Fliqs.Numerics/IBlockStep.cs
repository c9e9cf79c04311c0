namespace Fliqs.Numerics;

/// <summary>The body of a loop over blocks; see <see cref="KernelDriver.RunBlocks"/>.</summary>
internal interface IBlockStep
{
    /// <summary>Handles element <paramref name="index"/>, which lies in a block.</summary>
    void Step(int index, int block);

    /// <summary>Handles elements <paramref name="start"/>..<paramref name="end"/> - 1, a whole block of whole vectors.</summary>
    void Step<TVector>(int start, int end, int block)
        where TVector : struct;
}
