using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = scale * round(source * (1 / scale)).</summary>
internal readonly ref struct RoundStep<TRounding>(
    ReadOnlySpan<float> source, Span<float> destination, TRounding rounding, float scale) : IStep
    where TRounding : struct, IRounding
{
    private readonly ScaledCodes<TRounding, float, SingleStorage> codes = new(source, rounding, scale);
    private readonly ref float destination = ref MemoryMarshal.GetReference(destination);
    private readonly float scale = scale;

    public void Step(int index) => Unsafe.Add(ref destination, index) = scale * codes.At(index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct => (codes.At<TVector>(index) * Lanes<TVector>.Create(scale)).Store(ref destination, index);
}
