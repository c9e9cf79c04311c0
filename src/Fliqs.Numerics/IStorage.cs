namespace Fliqs.Numerics;

/// <summary>How numbers lie in memory, read and written.</summary>
internal interface IStorage<T> : IStored<T>
    where T : unmanaged
{
    /// <summary>One element, rounded to nearest where T has fewer bits.</summary>
    static abstract T Store(float value);

    /// <summary>Writes one vector of elements from <paramref name="index"/> on.</summary>
    static abstract void Store<TVector>(Lanes<TVector> value, ref T start, int index)
        where TVector : struct;
}
