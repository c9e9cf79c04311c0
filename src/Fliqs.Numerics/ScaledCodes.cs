using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>The codes of a span, round(source * (1 / scale)): what rounding to values and rounding to codes begin with.</summary>
internal readonly ref struct ScaledCodes<TRounding, T, TStored>(ReadOnlySpan<T> source, TRounding rounding, float scale)
    where TRounding : struct, IRounding
    where T : unmanaged
    where TStored : struct, IStored<T>
{
    private readonly ref readonly T source = ref MemoryMarshal.GetReference(source);
    private readonly TRounding rounding = rounding;
    private readonly float inverse = 1 / scale;

    /// <summary>The code of one element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float At(int index) => rounding.Round(TStored.Load(Unsafe.Add(ref Unsafe.AsRef(in source), index)) * inverse);

    /// <summary>The codes of one vector of elements from <paramref name="index"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes<TVector> At<TVector>(int index)
        where TVector : struct => rounding.Round(TStored.Load<TVector>(in source, index) * Lanes<TVector>.Create(inverse));
}
