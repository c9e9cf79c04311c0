using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = round(source * (1 / scale)) as bfloat16, for formats whose values that format holds exactly.</summary>
internal readonly ref struct RoundToCodesStep<TRounding, T, TStored>(
    ReadOnlySpan<T> source, Span<ushort> destination, TRounding rounding, float scale) : IStep
    where TRounding : struct, IRounding
    where T : unmanaged
    where TStored : struct, IStored<T>
{
    private readonly ScaledCodes<TRounding, T, TStored> codes = new(source, rounding, scale);
    private readonly ref ushort destination = ref MemoryMarshal.GetReference(destination);

    public void Step(int index) =>
        Unsafe.Add(ref destination, index) = (ushort)(BitConverter.SingleToUInt32Bits(codes.At(index)) >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct => codes.At<TVector>(index).StoreBFloat16(ref destination, index);
}
