using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>codes = round(source * (1 / scale)) as bfloat16, for formats whose values that format holds exactly.</summary>
internal readonly ref struct RoundToCodesStep<TRounding>(
    ReadOnlySpan<float> source, Span<ushort> codes, TRounding rounding, float scale) : IStep
    where TRounding : struct, IRounding
{
    private readonly ref readonly float source = ref MemoryMarshal.GetReference(source);
    private readonly ref ushort codes = ref MemoryMarshal.GetReference(codes);
    private readonly TRounding rounding = rounding;
    private readonly float inverse = 1 / scale;

    public void Step(int index) =>
        Unsafe.Add(ref codes, index) = (ushort)(BitConverter.SingleToUInt32Bits(
            rounding.Round(Unsafe.Add(ref Unsafe.AsRef(in source), index) * inverse)) >> 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct =>
        rounding.Round(Lanes<TVector>.Load(in source, index) * Lanes<TVector>.Create(inverse)).StoreBFloat16(ref codes, index);
}
