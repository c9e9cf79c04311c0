namespace Fliqs.Numerics;

/// <summary>What a format does to spans; one virtual call a span, compiled for the format's own rounding.</summary>
internal abstract class RoundingKernel
{
    public abstract float Round(float x);

    public abstract void Round(ReadOnlySpan<float> source, Span<float> destination, float scale);

    public abstract void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale);

    public abstract double SquaredError(ReadOnlySpan<float> x, float scale, float unit);

    public abstract double WeightedSquaredError(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit);
}
