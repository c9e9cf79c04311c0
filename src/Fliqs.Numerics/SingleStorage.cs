using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Float32s.</summary>
internal readonly struct SingleStorage : IStorage<float>
{
    public static float Load(float stored) => stored;

    public static float Store(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Load<TVector>(ref readonly float start, int index)
        where TVector : struct => Lanes<TVector>.Load(in start, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(Lanes<TVector> value, ref float start, int index)
        where TVector : struct => value.Store(ref start, index);
}
