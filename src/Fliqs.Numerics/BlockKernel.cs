using System.Numerics;
using System.Runtime.InteropServices;

namespace Fliqs.Numerics;

/// <summary>
/// The kernel of a <see cref="BlockFormat"/>; a span is one row. The scale of a block is 2^(floor(log2 max) - e) with e the exponent of the
/// largest element, at least 2^-127 (OCP MX 1.0, section 6.3), or max / (largest element * tensor scale) rounded to a format, 1 instead of 0.
/// A block with an element that is not finite becomes NaN.
/// </summary>
internal sealed class BlockKernel(NumberFormat element, int blockSize, NumberFormat? scaleFormat) : RoundingKernel
{
    private const float Normal = 1.17549435e-38f;      // 2^-126

    private readonly int largestExponent = MathF.ILogB(element.MaxValue);

    // The steps of MX's integers are fractions, 2^-6 for 8 bits, and count towards the least exponent.
    private readonly int leastExponent = -127 - (element is IntegerFormat ? (int)element.Bits - 2 : 0);

    public override float Round(float x)
    {
        Round(new ReadOnlySpan<float>(in x), new Span<float>(ref x), 1);
        return x;
    }

    public override void Round(ReadOnlySpan<float> source, Span<float> destination, float scale)
    {
        for (var start = 0; start < source.Length; start += blockSize)
        {
            var block = Block(source, start);
            RoundBlock(block, destination.Slice(start, block.Length), BlockScale(block, scale) * scale);
        }
    }

    public override void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale)
    {
        for (var start = 0; start < source.Length; start += blockSize)
        {
            var block = Block(source, start);
            var blockScale = BlockScale(block, scale);
            var elements = codes.Slice(start, block.Length);
            element.Kernel.RoundToCodes(block, elements, Math.Max(Normal, blockScale * scale));
            for (var i = 0; i < elements.Length; i++)
                elements[i] = (ushort)(BitConverter.SingleToUInt32Bits(BitConverter.Int32BitsToSingle(elements[i] << 16) * blockScale) >> 16);
        }
    }

    public override double SquaredError(ReadOnlySpan<float> x, float scale, float unit) => Error(x, [], scale, unit);

    public override double WeightedSquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit) =>
        Error(x, weight, scale, unit);

    /// <summary>The sum of (weight * unit * (x - Q(x)))^2, where no weights are ones.</summary>
    private double Error(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit)
    {
        Span<float> rounded = stackalloc float[blockSize];
        var sum = 0.0;
        for (var start = 0; start < x.Length; start += blockSize)
        {
            var block = Block(x, start);
            RoundBlock(block, rounded[..block.Length], BlockScale(block, scale) * scale);
            for (var i = 0; i < block.Length; i++)
            {
                var error = (block[i] - rounded[i]) * (double)unit * (weight.IsEmpty ? 1 : weight[start + i]);
                sum += error * error;
            }
        }

        return sum;
    }

    /// <summary>Rounds the elements of one block; in larger numbers, which is exact, where 1 / scale would overflow.</summary>
    private void RoundBlock(ReadOnlySpan<float> block, Span<float> destination, float scale)
    {
        if (!(scale < Normal))
        {
            element.Kernel.Round(block, destination, scale);
            return;
        }

        const float Enlargement = 1 << 30;
        for (var i = 0; i < block.Length; i++)
            destination[i] = block[i] * Enlargement;
        element.Kernel.Round(destination, destination, scale * Enlargement);
        for (var i = 0; i < block.Length; i++)
            destination[i] /= Enlargement;
    }

    private ReadOnlySpan<float> Block(ReadOnlySpan<float> row, int start) => row.Slice(start, Math.Min(blockSize, row.Length - start));

    /// <summary>The scale of a block in units of the scale of the tensor.</summary>
    private float BlockScale(ReadOnlySpan<float> block, float scale)
    {
        var bits = LargestMagnitude(block);
        if (bits >= 0x7F80_0000)
            return float.NaN;
        if (scaleFormat is null)
            return MathF.ScaleB(1, Math.Max(leastExponent, (bits >> 23) - 127 - largestExponent));
        var rounded = scaleFormat.Round(BitConverter.Int32BitsToSingle(bits) / (element.MaxValue * scale));
        return rounded == 0 ? 1 : rounded;
    }

    /// <summary>The bits of the largest magnitude, which are in the order of magnitudes, with infinity and NaN above all.</summary>
    private static int LargestMagnitude(ReadOnlySpan<float> block)
    {
        var bits = MemoryMarshal.Cast<float, int>(block);
        var (i, largest) = (0, Vector<int>.Zero);
        for (; i <= bits.Length - Vector<int>.Count; i += Vector<int>.Count)
            largest = Vector.Max(largest, new Vector<int>(bits[i..]) & new Vector<int>(int.MaxValue));
        var result = 0;
        for (var lane = 0; lane < Vector<int>.Count; lane++)
            result = Math.Max(result, largest[lane]);
        for (; i < bits.Length; i++)
            result = Math.Max(result, bits[i] & int.MaxValue);
        return result;
    }
}
