namespace Fliqs.Numerics;

/// <summary>How numbers lie in memory: what reads elements of type <typeparamref name="T"/> as float32.</summary>
internal interface IStored<T>
    where T : unmanaged
{
    /// <summary>One element.</summary>
    static abstract float Load(T stored);

    /// <summary>One vector of elements from <paramref name="index"/> on.</summary>
    static abstract Lanes<TVector> Load<TVector>(ref readonly T start, int index)
        where TVector : struct;
}
