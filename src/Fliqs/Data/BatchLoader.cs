namespace Fliqs.Data;

/// <summary>
/// Prepares the batches of an epoch on threads of their own, a few ahead of the training step. Order and augmentation are pure
/// functions of seed, epoch and position, so an epoch taken up again at any batch goes on exactly as it would have, on any number of
/// threads.
/// </summary>
public sealed class BatchLoader
{
    private readonly IImageDataSet data;
    private readonly int batchSize;
    private readonly long seed;
    private readonly bool shuffle;
    private readonly Augmentation augmentation;

    private BatchLoader(
        IImageDataSet data, int batchSize, long seed, bool shuffle, bool dropLast, Augmentation augmentation)
    {
        var info = data.Info;
        if (batchSize < 1)
            throw new InputException($"batch size {batchSize}: must be at least 1");
        if (dropLast && batchSize > data.Count)
            throw new InputException($"batch size {batchSize}: there are only {data.Count} images of {info.Name} to train"
                + " on; choose a smaller batch");
        if (augmentation.Shift < 0 || augmentation.Shift > Math.Min(info.Height, info.Width) / 2)
            throw new InputException($"augmentation '{augmentation}': images of {info.Height}x{info.Width} pixels can be"
                + $" shifted by 0 to {Math.Min(info.Height, info.Width) / 2}");
        if ((long)Math.Min(batchSize, data.Count) * info.PixelCount > int.MaxValue / sizeof(float))
            throw new InputException($"batch size {batchSize}: {batchSize} images of {info.PixelCount:N0} values have more than 2 GiB;"
                + " choose a smaller batch");
        (this.data, this.batchSize, this.seed, this.shuffle, this.augmentation) =
            (data, batchSize, seed, shuffle, augmentation);
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
    /// The batches of one epoch, in order. The caller disposes each; those not handed out are disposed, and the threads
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
    public Batch At(int epoch, int index)
    {
        var batches = BatchesOf(epoch);
        var batch = batches.Allocate(index);
        try
        {
            for (var image = 0; image < batches.SizeOf(index); image++)
                batches.Fill(batch, image);
            batches.Finish(batch);
            return batch;
        }
        catch
        {
            batch.Dispose();
            throw;
        }
    }

    private IEnumerable<Batch> Prefetch(int epoch, int firstBatch)
    {
        using var pipeline = new BatchPipeline(BatchesOf(epoch), firstBatch, BatchCount, data.Info.Workers);
        while (pipeline.Next() is { } batch)
            yield return batch;
    }

    private EpochBatches BatchesOf(int epoch)
    {
        var order = Enumerable.Range(0, data.Count).ToArray();
        if (shuffle)
            DataStreams.Order(seed, epoch).Shuffle<int>(order);
        return new EpochBatches(data, order, batchSize, augmentation, seed, epoch);
    }
}
