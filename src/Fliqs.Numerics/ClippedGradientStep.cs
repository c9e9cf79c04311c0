using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = gradient where low &lt;= x &lt;= high, 0 elsewhere.</summary>
internal readonly ref struct ClippedGradientStep(
    ReadOnlySpan<float> x, ReadOnlySpan<float> gradient, Span<float> destination, float low, float high) : IStep
{
    private readonly ref readonly float x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly float gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref float destination = ref MemoryMarshal.GetReference(destination);
    private readonly float low = low;
    private readonly float high = high;

    public void Step(int index)
    {
        var value = Unsafe.Add(ref Unsafe.AsRef(in x), index);
        var passed = Unsafe.Add(ref Unsafe.AsRef(in gradient), index);
        Unsafe.Add(ref destination, index) = low <= value && value <= high ? passed : 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var value = Lanes<TVector>.Load(in x, index);
        var inside = (Lanes<TVector>.Create(low) <= value) & (value <= Lanes<TVector>.Create(high));
        (Lanes<TVector>.Load(in gradient, index) & inside).Store(ref destination, index);
    }
}
