using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>Bfloat16s as bit patterns; ties are rounded to even.</summary>
internal readonly struct BFloat16Storage : IStorage<ushort>
{
    public static float Load(ushort stored) => BitConverter.UInt32BitsToSingle((uint)stored << 16);

    public static ushort Store(float value) => (ushort)(BitConverter.SingleToUInt32Bits(default(BFloat16Rounding).Round(value)) >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<TVector> Load<TVector>(ref readonly ushort start, int index)
        where TVector : struct => Lanes<TVector>.LoadBFloat16(in start, index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TVector>(Lanes<TVector> value, ref ushort start, int index)
        where TVector : struct => default(BFloat16Rounding).Round(value).StoreBFloat16(ref start, index);
}
