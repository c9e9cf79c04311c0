using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = scale * round(source * (1 / scale)).</summary>
internal readonly ref struct RoundStep<TRounding>(
    ReadOnlySpan<float> source, Span<float> destination, TRounding rounding, float scale) : IStep
    where TRounding : struct, IRounding
{
    private readonly ref readonly float source = ref MemoryMarshal.GetReference(source);
    private readonly ref float destination = ref MemoryMarshal.GetReference(destination);
    private readonly TRounding rounding = rounding;
    private readonly float scale = scale;
    private readonly float inverse = 1 / scale;

    public void Step(int index) =>
        Unsafe.Add(ref destination, index) =
            scale * rounding.Round(Unsafe.Add(ref Unsafe.AsRef(in source), index) * inverse);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var rounded = rounding.Round(Lanes<TVector>.Load(in source, index) * Lanes<TVector>.Create(inverse));
        (rounded * Lanes<TVector>.Create(scale)).Store(ref destination, index);
    }
}
