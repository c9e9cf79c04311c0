using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>d = gradient + decay * weight; moment = momentum * moment + d; weight -= rate * (d + momentum * moment).</summary>
internal readonly ref struct DescentStep(
    Span<float> weights, ReadOnlySpan<float> gradient, Span<float> moments, float rate, float momentum, float decay) : IStep
{
    private readonly ref float weights = ref MemoryMarshal.GetReference(weights);
    private readonly ref readonly float gradient = ref MemoryMarshal.GetReference(gradient);
    private readonly ref float moments = ref MemoryMarshal.GetReference(moments);
    private readonly float rate = rate;
    private readonly float momentum = momentum;
    private readonly float decay = decay;

    public void Step(int index)
    {
        ref var weight = ref Unsafe.Add(ref weights, index);
        ref var moment = ref Unsafe.Add(ref moments, index);
        var difference = Unsafe.Add(ref Unsafe.AsRef(in gradient), index) + (decay * weight);
        moment = (momentum * moment) + difference;
        weight -= rate * (difference + (momentum * moment));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step<TVector>(int index)
        where TVector : struct
    {
        var (weight, share) = (Lanes<TVector>.Load(in weights, index), Lanes<TVector>.Create(momentum));
        var difference = Lanes<TVector>.Load(in gradient, index) + (Lanes<TVector>.Create(decay) * weight);
        var moment = (share * Lanes<TVector>.Load(in moments, index)) + difference;
        moment.Store(ref moments, index);
        (weight - (Lanes<TVector>.Create(rate) * (difference + (share * moment)))).Store(ref weights, index);
    }
}
