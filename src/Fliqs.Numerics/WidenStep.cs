using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>destination = source in float32.</summary>
internal readonly ref struct WidenStep<T, TStored>(ReadOnlySpan<T> source, Span<float> destination) : IStep
    where T : unmanaged
    where TStored : struct, IStored<T>
{
    private readonly ref readonly T source = ref MemoryMarshal.GetReference(source);
    private readonly ref float destination = ref MemoryMarshal.GetReference(destination);

    public void Step(int index) => Unsafe.Add(ref destination, index) = TStored.Load(Unsafe.Add(ref Unsafe.AsRef(in source), index));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct => TStored.Load<TVector>(in source, index).Store(ref destination, index);
}
