using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>sums += x - shift; squares += (x - shift)^2.</summary>
internal readonly ref struct MomentsStep<T, TStorage>(
    ReadOnlySpan<T> x, ReadOnlySpan<float> shift, Span<float> sums, Span<float> squares) : IStep
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private readonly ref readonly T x = ref MemoryMarshal.GetReference(x);
    private readonly ref readonly float shift = ref MemoryMarshal.GetReference(shift);
    private readonly ref float sums = ref MemoryMarshal.GetReference(sums);
    private readonly ref float squares = ref MemoryMarshal.GetReference(squares);

    public void Step(int index)
    {
        var difference = TStorage.Load(Unsafe.Add(ref Unsafe.AsRef(in x), index)) - Unsafe.Add(ref Unsafe.AsRef(in shift), index);
        Unsafe.Add(ref sums, index) += difference;
        Unsafe.Add(ref squares, index) += difference * difference;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var difference = TStorage.Load<TVector>(in x, index) - Lanes<TVector>.Load(in shift, index);
        (Lanes<TVector>.Load(in sums, index) + difference).Store(ref sums, index);
        (Lanes<TVector>.Load(in squares, index) + (difference * difference)).Store(ref squares, index);
    }
}
