namespace Fliqs.Numerics;

/// <summary>The kernel of a format that rounds each element by itself.</summary>
internal sealed class ElementwiseKernel<TRounding>(TRounding rounding) : RoundingKernel
    where TRounding : struct, IRounding
{
    public override float Round(float x) => rounding.Round(x);

    public override void Round(ReadOnlySpan<float> source, Span<float> destination, float scale) =>
        KernelDriver.Run(new RoundStep<TRounding>(source, destination, rounding, scale), source.Length);

    public override void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale) =>
        KernelDriver.Run(new RoundToCodesStep<TRounding, float, SingleStorage>(source, codes, rounding, scale), source.Length);

    public override void RoundToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, float scale) =>
        KernelDriver.Run(new RoundToCodesStep<TRounding, ushort, BFloat16Storage>(source, codes, rounding, scale), source.Length);

    public override void RoundBlocks(
        ReadOnlySpan<float> source, Span<float> destination, ReadOnlySpan<float> scales, ReadOnlySpan<float> inverses) =>
        KernelDriver.RunBlocks(
            new RoundBlocksStep<TRounding, float, SingleStorage>(source, destination, rounding, scales, inverses), source.Length, scales.Length);

    public override void RoundBlocksToCodes(
        ReadOnlySpan<float> source, Span<ushort> codes, ReadOnlySpan<float> units, ReadOnlySpan<float> inverses) =>
        KernelDriver.RunBlocks(
            new RoundBlocksStep<TRounding, ushort, BFloat16Storage>(source, codes, rounding, units, inverses), source.Length, units.Length);

    public override double SquaredError(ReadOnlySpan<float> x, float scale, float unit) =>
        KernelDriver.Sum(new SquaredErrorReduction<TRounding>(x, rounding, scale, unit), x.Length);

    public override double WeightedSquaredError(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit) =>
        KernelDriver.Sum(new WeightedSquaredErrorReduction<TRounding>(x, weight, rounding, scale, unit), x.Length);
}
