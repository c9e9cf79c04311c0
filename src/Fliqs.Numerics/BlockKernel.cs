using System.Numerics;
using System.Runtime.CompilerServices;

namespace Fliqs.Numerics;

/// <summary>
/// The kernel of a <see cref="BlockFormat"/>; a span is one row. The scale of a block is 2^(floor(log2 max) - e) with e the exponent of the
/// largest element, at least 2^-127 (OCP MX 1.0, section 6.3), or max / (largest element * tensor scale) rounded to a format, 1 instead of 0.
/// A block with an element that is not finite becomes NaN.
/// </summary>
internal sealed class BlockKernel(NumberFormat element, int blockSize, NumberFormat? scaleFormat) : RoundingKernel
{
    private const float Normal = 1.17549435e-38f;      // 2^-126
    private const int Infinity = 0x7F80_0000;
    private const float Enlargement = 1 << 30;
    private const int StripLength = 64;                // in blocks

    private readonly NumberFormat element = element;
    private readonly int blockSize = blockSize;
    private readonly int largestExponent = MathF.ILogB(element.MaxValue);

    // The steps of MX's integers are fractions, 2^-6 for 8 bits, and count towards the least exponent.
    private readonly int leastExponent = -127 - (element is IntegerFormat ? (int)element.Bits - 2 : 0);

    public override float Round(float x)
    {
        Round(new ReadOnlySpan<float>(in x), new Span<float>(ref x), 1);
        return x;
    }

    public override void Round(ReadOnlySpan<float> source, Span<float> destination, float scale) =>
        WorkerThreads.For(new RoundLoop(this, source, destination, [], scale), Strips(source.Length));

    public override void RoundToCodes(ReadOnlySpan<float> source, Span<ushort> codes, float scale) =>
        WorkerThreads.For(new RoundLoop(this, source, [], codes, scale), Strips(source.Length));

    public override void RoundToCodes(ReadOnlySpan<ushort> source, Span<ushort> codes, float scale) =>
        WorkerThreads.For(new WidenLoop(this, source, codes, scale), Strips(source.Length));

    public override double SquaredError(ReadOnlySpan<float> x, float scale, float unit) => Error(x, [], scale, unit);

    public override double WeightedSquaredError(ReadOnlySpan<float> x, ReadOnlySpan<float> weight, float scale, float unit) =>
        Error(x, weight, scale, unit);

    /// <summary>The scales of all blocks of a row, in units of the scale of the tensor.</summary>
    public float[] BlockScales(ReadOnlySpan<float> row, float scale)
    {
        var scales = new float[(row.Length + blockSize - 1) / blockSize];
        for (var block = 0; block < scales.Length; block++)
            scales[block] = BlockScale(Block(row, block * blockSize), scale);
        return scales;
    }

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

        for (var i = 0; i < block.Length; i++)
            destination[i] = block[i] * Enlargement;
        element.Kernel.Round(destination, destination, scale * Enlargement);
        for (var i = 0; i < block.Length; i++)
            destination[i] /= Enlargement;
    }

    /// <summary>The same to codes of the element.</summary>
    private void RoundBlockToCodes(ReadOnlySpan<float> block, Span<ushort> codes, float scale)
    {
        if (!(scale < Normal))
        {
            element.Kernel.RoundToCodes(block, codes, scale);
            return;
        }

        Span<float> enlarged = stackalloc float[block.Length];
        for (var i = 0; i < block.Length; i++)
            enlarged[i] = block[i] * Enlargement;
        element.Kernel.RoundToCodes(enlarged, codes, scale * Enlargement);
    }

    private ReadOnlySpan<float> Block(ReadOnlySpan<float> row, int start) => row.Slice(start, Math.Min(blockSize, row.Length - start));

    /// <summary>The scale of a block in units of the scale of the tensor.</summary>
    private float BlockScale(ReadOnlySpan<float> block, float scale)
    {
        Span<int> largest = stackalloc int[Vector<float>.Count];
        Span<float> scales = stackalloc float[Vector<float>.Count];
        largest.Clear();
        for (var i = 0; i < block.Length; i++)
            new LargestMagnitudesStep(block, largest).Step(i, 0);
        BlockScales(largest, scales, scale);
        return scales[0];
    }

    /// <summary>The scales of some blocks, a whole number of vectors, by the bits of their largest magnitudes.</summary>
    private void BlockScales(ReadOnlySpan<int> largest, Span<float> scales, float scale)
    {
        for (var i = 0; i < largest.Length; i += Vector<int>.Count)
        {
            var bits = new Vector<int>(largest[i..]);
            if (scaleFormat is null)
            {
                // Bits of 2^e, also below the normal numbers: 2^-127 is half of the least of them, and so on.
                var exponent = Vector.Max(new Vector<int>(leastExponent), (bits >>> 23) - new Vector<int>(127 + largestExponent));
                var normal = Vector.AsVectorSingle(Vector.Max(exponent + new Vector<int>(127), Vector<int>.One) << 23);
                var below = Vector.Min(Vector.Max(new Vector<int>(-126) - exponent, Vector<int>.Zero), new Vector<int>(23));
                var half = Vector.AsVectorSingle((new Vector<int>(127) - below) << 23);
                (normal * half).CopyTo(scales[i..]);
            }
            else
            {
                (Vector.AsVectorSingle(bits) / new Vector<float>(element.MaxValue * scale)).CopyTo(scales[i..]);
            }
        }

        scaleFormat?.Kernel.Round(scales, scales, 1);
        for (var i = 0; i < largest.Length; i += Vector<int>.Count)
        {
            var found = new Vector<float>(scales[i..]);
            found = Vector.ConditionalSelect(Vector.Equals(found, Vector<float>.Zero), Vector<float>.One, found);
            var infinite = Vector.GreaterThanOrEqual(new Vector<int>(largest[i..]), new Vector<int>(Infinity));
            Vector.ConditionalSelect(infinite, new Vector<float>(float.NaN), found).CopyTo(scales[i..]);
        }
    }

    private int Strips(int length) => (length + (StripLength * blockSize) - 1) / (StripLength * blockSize);

    /// <summary>Rounds strips of blocks of bfloat16s to codes.</summary>
    private readonly ref struct WidenLoop(BlockKernel kernel, ReadOnlySpan<ushort> source, Span<ushort> codes, float scale) : ILoop
    {
        private readonly BlockKernel kernel = kernel;
        private readonly ReadOnlySpan<ushort> source = source;
        private readonly Span<ushort> codes = codes;
        private readonly float scale = scale;

        public void Run(int start, int end)
        {
            var length = StripLength * kernel.blockSize;
            Span<float> strip = stackalloc float[length];
            for (; start < end; start++)
            {
                var (from, to) = (start * length, Math.Min((start + 1) * length, source.Length));
                KernelDriver.RunHere(new WidenStep<ushort, BFloat16Storage>(source[from..to], strip), 0, to - from);
                new RoundLoop(kernel, strip[..(to - from)], [], codes[from..to], scale).Run(0, 1);
            }
        }
    }

    /// <summary>Rounds strips of blocks, to values or to codes, whichever destination there is.</summary>
    private readonly ref struct RoundLoop(
        BlockKernel kernel, ReadOnlySpan<float> source, Span<float> destination, Span<ushort> codes, float scale) : ILoop
    {
        private readonly BlockKernel kernel = kernel;
        private readonly ReadOnlySpan<float> source = source;
        private readonly Span<float> destination = destination;
        private readonly Span<ushort> codes = codes;
        private readonly float scale = scale;

        [SkipLocalsInit]
        public void Run(int start, int end)
        {
            Span<int> largest = stackalloc int[StripLength];
            Span<float> units = stackalloc float[StripLength];
            Span<float> scales = stackalloc float[StripLength];
            Span<float> inverses = stackalloc float[StripLength];
            var (size, strip) = (kernel.blockSize, StripLength * kernel.blockSize);
            for (; start < end; start++)
            {
                var row = source.Slice(start * strip, Math.Min(strip, source.Length - (start * strip)));
                var whole = row.Length / size;
                LargestMagnitudes.Find(row[..(whole * size)], largest[..whole]);
                largest[whole..].Clear();
                kernel.BlockScales(largest, units, scale);
                var tiny = Vector<int>.Zero;
                for (var i = 0; i < StripLength; i += Vector<float>.Count)
                {
                    var found = new Vector<float>(units[i..]) * new Vector<float>(scale);
                    var small = Vector.LessThan(found, new Vector<float>(Normal));
                    tiny |= small & Vector.GreaterThan(new Vector<int>(largest[i..]), Vector<int>.Zero);
                    found = Vector.ConditionalSelect(small, Vector<float>.One, found);
                    found.CopyTo(scales[i..]);
                    (Vector<float>.One / found).CopyTo(inverses[i..]);
                }

                var (at, elements) = (start * strip, whole * size);
                if (tiny != Vector<int>.Zero)
                {
                    for (var i = 0; i < whole; i++)
                        One(row.Slice(i * size, size), at + (i * size));
                }
                else if (destination.IsEmpty)
                {
                    kernel.element.Kernel.RoundBlocksToCodes(row[..elements], codes.Slice(at, elements), units[..whole], inverses);
                }
                else
                {
                    kernel.element.Kernel.RoundBlocks(row[..elements], destination.Slice(at, elements), scales[..whole], inverses);
                }

                if (elements < row.Length)
                    One(row[elements..], at + elements);
            }
        }

        /// <summary>A block that is shorter, or stands beside one so small that it needs care.</summary>
        private void One(ReadOnlySpan<float> block, int at)
        {
            var blockScale = kernel.BlockScale(block, scale);
            if (!destination.IsEmpty)
            {
                kernel.RoundBlock(block, destination.Slice(at, block.Length), blockScale * scale);
                return;
            }

            var elements = codes.Slice(at, block.Length);
            kernel.RoundBlockToCodes(block, elements, blockScale * scale);
            for (var i = 0; i < elements.Length; i++)
                elements[i] = BFloat16Storage.Store(BFloat16Storage.Load(elements[i]) * blockScale);
        }
    }
}
