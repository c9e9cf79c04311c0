using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;

namespace Fliqs.Data;

/// <summary>
/// Prepares the batches of an epoch on a thread of its own, a few ahead of the training step. Order and augmentation are
/// pure functions of seed, epoch and position, so an epoch taken up again at any batch goes on exactly as it would have.
/// </summary>
public sealed class BatchLoader
{
    private const int LookAhead = 3;

    private readonly IImageDataSet data;
    private readonly int batchSize;
    private readonly long seed;
    private readonly bool shuffle;
    private readonly Augmentation augmentation;
    private readonly float[] scale;
    private readonly float[] offset;

    private BatchLoader(
        IImageDataSet data, int batchSize, long seed, bool shuffle, bool dropLast, Augmentation augmentation)
    {
        var info = data.Info;
        if (batchSize < 1)
            throw new InputException($"batch size {batchSize}: must be at least 1");
        if (dropLast && batchSize > data.Count)
            throw new InputException($"batch size {batchSize}: there are only {data.Count} images of {info.Name} to train"
                + " on; choose a smaller batch");
        if (augmentation.Shift < 0 || 2 * augmentation.Shift > Math.Min(info.Height, info.Width))
            throw new InputException($"augmentation '{augmentation}': images of {info.Height}x{info.Width} pixels can be"
                + $" shifted by 0 to {Math.Min(info.Height, info.Width) / 2}");
        (this.data, this.batchSize, this.seed, this.shuffle, this.augmentation) =
            (data, batchSize, seed, shuffle, augmentation);
        scale = [.. info.Std.Select(std => 1 / std)];
        offset = [.. info.Mean.Zip(info.Std, (mean, std) => -mean / std)];
        BatchCount = dropLast ? data.Count / batchSize : (int)(((long)data.Count + batchSize - 1) / batchSize);
    }

    /// <summary>The number of batches of a whole epoch.</summary>
    public int BatchCount { get; }

    /// <summary>Batches for learning: every epoch in another random order, augmented.</summary>
    /// <param name="data">The images; each is given once an epoch.</param>
    /// <param name="batchSize">Images a batch, at least 1.</param>
    /// <param name="seed">Names the order and the augmentation of every epoch.</param>
    /// <param name="augmentation">What is done to the images; null for nothing.</param>
    /// <param name="dropLast">Leaves out the last batch of an epoch if it is not full.</param>
    /// <exception cref="InputException">The batch size or the shift does not fit the data.</exception>
    public static BatchLoader Shuffled(
        IImageDataSet data, int batchSize, long seed, Augmentation? augmentation = null, bool dropLast = false) =>
        new(data, batchSize, seed, shuffle: true, dropLast, augmentation ?? Augmentation.None);

    /// <summary>Batches for judging: every image once, as it is, in the order of the data set.</summary>
    /// <param name="data">The images.</param>
    /// <param name="batchSize">Images a batch, at least 1; the last batch may have fewer.</param>
    /// <exception cref="InputException">The batch size is less than 1.</exception>
    public static BatchLoader InOrder(IImageDataSet data, int batchSize) =>
        new(data, batchSize, seed: 0, shuffle: false, dropLast: false, Augmentation.None);

    /// <summary>
    /// The batches of one epoch, in order. The caller disposes each; those not handed out are disposed, and the thread
    /// ended, when the enumeration is.
    /// </summary>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <param name="firstBatch">Where to begin, 0..<see cref="BatchCount"/>: the batches before it are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    public IEnumerable<Batch> Epoch(int epoch, int firstBatch = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(epoch);
        ArgumentOutOfRangeException.ThrowIfNegative(firstBatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstBatch, BatchCount);
        return Prefetch(epoch, firstBatch);
    }

    /// <summary>One batch by itself, prepared on the caller's thread.</summary>
    /// <param name="epoch">Which epoch, from 0.</param>
    /// <param name="index">Which of its batches, 0..<see cref="BatchCount"/> - 1.</param>
    public Batch At(int epoch, int index) => Prepare(Order(epoch), epoch, index);

    private IEnumerable<Batch> Prefetch(int epoch, int firstBatch)
    {
        using var stop = new CancellationTokenSource();
        using var ready = new BlockingCollection<Batch>(LookAhead);
        var producer = Task.Factory.StartNew(
            () => Produce(epoch, firstBatch, ready, stop.Token),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var batch in ready.GetConsumingEnumerable())
                yield return batch;
            producer.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            // Waits without throwing; an error that nobody is left to see is marked as seen.
            Task.WaitAny(producer);
            _ = producer.Exception;
            while (ready.TryTake(out var unused))
                unused.Dispose();
        }
    }

    private void Produce(int epoch, int firstBatch, BlockingCollection<Batch> ready, CancellationToken stop)
    {
        try
        {
            var order = Order(epoch);
            for (var index = firstBatch; index < BatchCount && !stop.IsCancellationRequested; index++)
            {
                var batch = Prepare(order, epoch, index);
                if (!TryAdd(ready, batch, stop))
                    batch.Dispose();
            }
        }
        finally
        {
            ready.CompleteAdding();
        }
    }

    private static bool TryAdd(BlockingCollection<Batch> ready, Batch batch, CancellationToken stop)
    {
        try
        {
            return ready.TryAdd(batch, Timeout.Infinite, stop);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private int[] Order(int epoch)
    {
        var order = Enumerable.Range(0, data.Count).ToArray();
        if (shuffle)
            DataStreams.Order(seed, epoch).Shuffle<int>(order);
        return order;
    }

    /// <summary>Dispose scopes belong to a thread and this one has none, so the tensors are the batch's alone.</summary>
    private Batch Prepare(int[] order, int epoch, int index)
    {
        var info = data.Info;
        var first = index * batchSize;
        var count = Math.Min(batchSize, order.Length - first);
        var batch = new Batch(
            index,
            torch.empty(count, info.Channels, info.Height, info.Width, dtype: torch.float32, device: torch.CPU),
            torch.empty(count, dtype: torch.int64, device: torch.CPU));
        try
        {
            var pixels = MemoryMarshal.Cast<byte, float>(batch.Images.bytes);
            var labels = MemoryMarshal.Cast<byte, long>(batch.Labels.bytes);
            for (var i = 0; i < count; i++)
            {
                var image = pixels.Slice(i * info.PixelCount, info.PixelCount);
                labels[i] = data.Read(order[first + i], image);
                if (augmentation != Augmentation.None)
                    augmentation.Apply(image, info, DataStreams.Augmentation(seed, epoch, first + i));
                Normalise(image);
            }
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private void Normalise(Span<float> image)
    {
        var plane = image.Length / scale.Length;
        for (var channel = 0; channel < scale.Length; channel++)
        {
            var (factor, shift) = (scale[channel], offset[channel]);
            foreach (ref var pixel in image.Slice(channel * plane, plane))
                pixel = pixel * factor + shift;
        }
    }
}
