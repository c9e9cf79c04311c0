namespace Fliqs.Numerics;

/// <summary>
/// The loops of <see cref="ChannelKernels"/>. What is given by channel is repeated to the length of a row, a whole number of pixels and of
/// the widest vectors; a thread takes some rows at a time.
/// </summary>
internal static class ChannelLoops<T, TStorage>
    where T : unmanaged
    where TStorage : struct, IStorage<T>
{
    private const int LeastRow = 1024;
    private const int LeastPart = 32 * LeastRow;

    public static void Moments(ReadOnlySpan<T> x, ReadOnlySpan<float> shift, Span<double> mean, Span<double> variance)
    {
        Shape.ThrowIfLengthsDiffer(shift.Length, mean.Length, nameof(mean));
        Shape.ThrowIfLengthsDiffer(shift.Length, variance.Length, nameof(variance));
        var rows = new Rows(x.Length, shift.Length);
        var (sums, squares) = (new double[rows.Parts * shift.Length], new double[rows.Parts * shift.Length]);
        WorkerThreads.For(new MomentsLoop(rows, x, rows.Repeat(shift), sums, squares), rows.Parts);
        Total(sums, mean);
        Total(squares, variance);
        var pixels = x.Length / (double)shift.Length;
        for (var c = 0; c < shift.Length; c++)
        {
            var offset = mean[c] / pixels;
            (mean[c], variance[c]) = (shift[c] + offset, Math.Max(0, (variance[c] / pixels) - (offset * offset)));
        }
    }

    public static void Apply(
        ReadOnlySpan<T> x, Span<T> y, ReadOnlySpan<float> scale, ReadOnlySpan<float> offset, ReadOnlySpan<T> addend, bool relu,
        float ceiling)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, y.Length, nameof(y));
        Shape.ThrowIfLengthsDiffer(addend.IsEmpty ? 0 : x.Length, addend.Length, nameof(addend));
        Shape.ThrowIfLengthsDiffer(scale.Length, offset.Length, nameof(offset));
        var rows = new Rows(x.Length, scale.Length);
        WorkerThreads.For(new ApplyLoop(rows, x, y, rows.Repeat(scale), rows.Repeat(offset), addend, Low(relu), ceiling), rows.Parts);
    }

    public static void GradientSums(
        ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, ReadOnlySpan<float> mean, Span<double> sums,
        Span<double> products, Span<T> passed, bool relu, float ceiling)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, y.Length, nameof(y));
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(passed.IsEmpty ? 0 : x.Length, passed.Length, nameof(passed));
        Shape.ThrowIfLengthsDiffer(mean.Length, sums.Length, nameof(sums));
        Shape.ThrowIfLengthsDiffer(mean.Length, products.Length, nameof(products));
        var rows = new Rows(x.Length, mean.Length);
        var (partialSums, partialProducts) = (new double[rows.Parts * mean.Length], new double[rows.Parts * mean.Length]);
        WorkerThreads.For(
            new GradientSumsLoop(rows, x, y, gradient, rows.Repeat(mean), partialSums, partialProducts, passed, Cut(relu, 0), Cut(relu, ceiling)), rows.Parts);
        Total(partialSums, sums);
        Total(partialProducts, products);
    }

    public static void Gradient(
        ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, Span<T> destination, ReadOnlySpan<float> a,
        ReadOnlySpan<float> b, ReadOnlySpan<float> c, bool relu, float ceiling)
    {
        Shape.ThrowIfLengthsDiffer(x.Length, y.Length, nameof(y));
        Shape.ThrowIfLengthsDiffer(x.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(x.Length, destination.Length, nameof(destination));
        Shape.ThrowIfLengthsDiffer(a.Length, b.Length, nameof(b));
        Shape.ThrowIfLengthsDiffer(a.Length, c.Length, nameof(c));
        var rows = new Rows(x.Length, a.Length);
        WorkerThreads.For(
            new GradientLoop(rows, x, y, gradient, destination, rows.Repeat(a), rows.Repeat(b), rows.Repeat(c), Cut(relu, 0), Cut(relu, ceiling)), rows.Parts);
    }

    private static float Low(bool relu) => relu ? 0 : float.NegativeInfinity;

    /// <summary>A bound of what gradients pass; without ReLU none that any comparison is true of, so that infinite gradients show.</summary>
    private static float Cut(bool relu, float bound) => relu ? bound : float.NaN;

    /// <summary>The sums over all parts, one after another.</summary>
    private static void Total(double[] partial, Span<double> totals)
    {
        totals.Clear();
        for (var i = 0; i < partial.Length; i++)
            totals[i % totals.Length] += partial[i];
    }

    /// <summary>Adds up what a row has of every channel, and empties it.</summary>
    private static void Drain(float[] row, Span<double> totals)
    {
        for (var i = 0; i < row.Length; i++)
            totals[i % totals.Length] += row[i];
        Array.Clear(row);
    }

    private readonly struct Rows
    {
        private readonly int count;
        private readonly int channels;
        private readonly int row;
        private readonly int part;

        public Rows(int count, int channels)
        {
            if (channels == 0 || count % channels != 0)
                throw new ArgumentException($"{count} elements are no whole number of pixels of {channels} channels.", nameof(channels));
            (this.count, this.channels) = (count, channels);
            var pixels = 16;
            while (pixels > 1 && channels * (pixels / 2) % 16 == 0)
                pixels /= 2;
            row = channels * pixels;
            row *= Math.Max(1, (LeastRow + row - 1) / row);
            part = row * Math.Max(1, LeastPart / row);
        }

        public int Parts => (count + part - 1) / part;

        public float[] NewRow() => new float[row];

        public float[] Repeat(ReadOnlySpan<float> byChannel)
        {
            var repeated = NewRow();
            for (var start = 0; start < row; start += byChannel.Length)
                byChannel.CopyTo(repeated.AsSpan(start));
            return repeated;
        }

        /// <summary>Goes on to the next row of some parts; begins with a length of 0 and the start of the first part.</summary>
        public bool Next(ref int start, ref int length, int endPart)
        {
            start += length;
            length = Math.Min(row, (int)Math.Min(count, (long)endPart * part) - start);
            return length > 0;
        }

        public int Start(int partIndex) => partIndex * part;

        public Span<double> Of(Span<double> totals, int partIndex) => totals.Slice(partIndex * channels, channels);
    }

    private readonly ref struct MomentsLoop(Rows rows, ReadOnlySpan<T> x, float[] shift, Span<double> sums, Span<double> squares) : ILoop
    {
        private readonly Rows rows = rows;
        private readonly ReadOnlySpan<T> x = x;
        private readonly float[] shift = shift;
        private readonly Span<double> sums = sums;
        private readonly Span<double> squares = squares;

        public void Run(int start, int end)
        {
            var (sum, square) = (rows.NewRow(), rows.NewRow());
            for (; start < end; start++)
            {
                var (at, length) = (rows.Start(start), 0);
                while (rows.Next(ref at, ref length, start + 1))
                    KernelDriver.RunHere(new MomentsStep<T, TStorage>(x.Slice(at, length), shift, sum, square), 0, length);
                Drain(sum, rows.Of(sums, start));
                Drain(square, rows.Of(squares, start));
            }
        }
    }

    private readonly ref struct ApplyLoop(
        Rows rows, ReadOnlySpan<T> x, Span<T> y, float[] scale, float[] offset, ReadOnlySpan<T> addend, float low, float high) : ILoop
    {
        private readonly Rows rows = rows;
        private readonly ReadOnlySpan<T> x = x;
        private readonly Span<T> y = y;
        private readonly float[] scale = scale;
        private readonly float[] offset = offset;
        private readonly ReadOnlySpan<T> addend = addend;
        private readonly float low = low;
        private readonly float high = high;

        public void Run(int start, int end)
        {
            var (at, length) = (rows.Start(start), 0);
            while (rows.Next(ref at, ref length, end))
            {
                var added = addend.IsEmpty ? default : addend.Slice(at, length);
                KernelDriver.RunHere(
                    new AffineStep<T, TStorage>(x.Slice(at, length), y.Slice(at, length), scale, offset, added, low, high), 0, length);
            }
        }
    }

    private readonly ref struct GradientSumsLoop(
        Rows rows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, float[] mean, Span<double> sums,
        Span<double> products, Span<T> passed, float low, float high) : ILoop
    {
        private readonly Rows rows = rows;
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> y = y;
        private readonly ReadOnlySpan<T> gradient = gradient;
        private readonly float[] mean = mean;
        private readonly Span<double> sums = sums;
        private readonly Span<double> products = products;
        private readonly Span<T> passed = passed;
        private readonly float low = low;
        private readonly float high = high;

        public void Run(int start, int end)
        {
            var (sum, product) = (rows.NewRow(), rows.NewRow());
            for (; start < end; start++)
            {
                var (at, length) = (rows.Start(start), 0);
                while (rows.Next(ref at, ref length, start + 1))
                {
                    var passing = passed.IsEmpty ? default : passed.Slice(at, length);
                    KernelDriver.RunHere(
                        new NormGradientSumsStep<T, TStorage>(
                            x.Slice(at, length), y.Slice(at, length), gradient.Slice(at, length), mean, sum, product, passing, low, high),
                        0, length);
                }

                Drain(sum, rows.Of(sums, start));
                Drain(product, rows.Of(products, start));
            }
        }
    }

    private readonly ref struct GradientLoop(
        Rows rows, ReadOnlySpan<T> x, ReadOnlySpan<T> y, ReadOnlySpan<T> gradient, Span<T> destination, float[] a, float[] b,
        float[] c, float low, float high) : ILoop
    {
        private readonly Rows rows = rows;
        private readonly ReadOnlySpan<T> x = x;
        private readonly ReadOnlySpan<T> y = y;
        private readonly ReadOnlySpan<T> gradient = gradient;
        private readonly Span<T> destination = destination;
        private readonly float[] a = a;
        private readonly float[] b = b;
        private readonly float[] c = c;
        private readonly float low = low;
        private readonly float high = high;

        public void Run(int start, int end)
        {
            var (at, length) = (rows.Start(start), 0);
            while (rows.Next(ref at, ref length, end))
            {
                KernelDriver.RunHere(
                    new NormGradientStep<T, TStorage>(
                        x.Slice(at, length), y.Slice(at, length), gradient.Slice(at, length), destination.Slice(at, length), a, b, c, low, high),
                    0, length);
            }
        }
    }
}
