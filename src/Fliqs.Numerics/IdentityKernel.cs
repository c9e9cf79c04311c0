namespace Fliqs.Numerics;

/// <summary>The kernel of FP32: copies, and has no error.</summary>
internal sealed class IdentityKernel : RoundingKernel
{
    public override float Round(float x) => x;

    public override void Round(ReadOnlySpan<float> source, Span<float> destination, float scale) =>
        source.CopyTo(destination);

    public override void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale) => throw NoCodes();

    public override void RoundToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, float scale) => throw NoCodes();

    public override double SquaredError(ReadOnlySpan<float> x, float scale, float unit) => 0;

    public override double WeightedSquaredError(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit) => 0;

    private static NotSupportedException NoCodes() => new("FP32 has no codes that bfloat16 holds exactly.");
}
