namespace Fliqs.Numerics;

/// <summary>What a format does to spans; one virtual call a span, compiled for the format's own rounding.</summary>
internal abstract class RoundingKernel
{
    public abstract float Round(float x);

    public abstract void Round(ReadOnlySpan<float> source, Span<float> destination, float scale);

    public abstract void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale);

    /// <summary>The same of bfloat16s.</summary>
    public abstract void RoundToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, float scale);

    /// <summary>Rounds whole blocks, each with a scale of its own that is not below the normal numbers, given with 1 over it.</summary>
    public virtual void RoundBlocks(
        ReadOnlySpan<float> source, Span<float> destination, ReadOnlySpan<float> scales, ReadOnlySpan<float> inverses) =>
        throw new NotSupportedException();

    /// <summary>The same to bfloat16, which holds the rounded elements times <paramref name="units"/>, one for each block, exactly.</summary>
    public virtual void RoundBlocksToCodes(
        ReadOnlySpan<float> source, Span<ushort> codes, ReadOnlySpan<float> units, ReadOnlySpan<float> inverses) =>
        throw new NotSupportedException();

    public abstract double SquaredError(ReadOnlySpan<float> x, float scale, float unit);

    public abstract double WeightedSquaredError(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit);
}
