using System.Runtime.ExceptionServices;

namespace Fliqs.Data;

/// <summary>
/// Threads that make the batches of an epoch ahead of the one who takes them. They share the work image by image, so a batch is
/// ready as soon as possible whatever its size, and no more than a few batches are in memory at a time.
/// </summary>
internal sealed class BatchPipeline : IDisposable
{
    /// <summary>Batches that may wait or be in the making while one is used, besides the one that is wanted next.</summary>
    private const int LookAhead = 4;

    private readonly EpochBatches epoch;
    private readonly int count;
    private readonly object gate = new();
    private readonly Dictionary<int, BatchInMaking> batches = [];
    private readonly Task[] workers;
    private BatchInMaking? open;
    private int begun;
    private int taken;
    private bool stopped;
    private (int Batch, ExceptionDispatchInfo Error)? failure;

    /// <summary>Starts the threads.</summary>
    /// <param name="epoch">What they make.</param>
    /// <param name="first">The first batch.</param>
    /// <param name="count">One past the last batch.</param>
    /// <param name="threads">How many.</param>
    public BatchPipeline(EpochBatches epoch, int first, int count, int threads)
    {
        (this.epoch, this.count, begun, taken) = (epoch, count, first, first);
        workers = [.. Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
    }

    /// <summary>Waits for the next batch; null after the last one. An error surfaces after the batches before it.</summary>
    public Batch? Next()
    {
        lock (gate)
        {
            while (taken < count)
            {
                if (failure is { } failed && failed.Batch <= taken)
                    failed.Error.Throw();
                if (batches.TryGetValue(taken, out var next) && next.Finished)
                {
                    batches.Remove(taken++);
                    Monitor.PulseAll(gate);
                    return next.Batch;
                }
                Monitor.Wait(gate);
            }
            return null;
        }
    }

    /// <summary>Ends the threads and frees the batches that nobody has taken.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
        Task.WaitAll(workers);
        foreach (var batch in batches.Values)
            batch.Batch.Dispose();
    }

    private void Work()
    {
        while (Claim() is var (work, image))
        {
            try
            {
                epoch.Fill(work.Batch, image);
                if (Interlocked.Decrement(ref work.Left) > 0)
                    continue;
                epoch.Finish(work.Batch);
            }
            catch (Exception e)
            {
                Fail(work.Batch.Index, e);
                continue;
            }
            lock (gate)
            {
                work.Finished = true;
                Monitor.PulseAll(gate);
            }
        }
    }

    /// <summary>
    /// The next image to make; null when there is none any more. Images are claimed in order, so when one fails, all before it are
    /// made or in the making.
    /// </summary>
    private (BatchInMaking Batch, int Image)? Claim()
    {
        lock (gate)
        {
            while (!stopped && failure is null)
            {
                if (open is { } current && current.Claimed < epoch.SizeOf(current.Batch.Index))
                    return (current, current.Claimed++);
                if (begun == count)
                    return null;
                if (begun < taken + LookAhead)
                    Begin();
                else
                    Monitor.Wait(gate);
            }
            return null;
        }
    }

    private void Begin()
    {
        try
        {
            open = new BatchInMaking(epoch.Allocate(begun), epoch.SizeOf(begun));
            batches.Add(begun++, open);
        }
        catch (Exception e)
        {
            Fail(begun, e);
        }
    }

    private void Fail(int batch, Exception error)
    {
        lock (gate)
        {
            if (failure is null || batch < failure.Value.Batch)
                failure = (batch, ExceptionDispatchInfo.Capture(error));
            Monitor.PulseAll(gate);
        }
    }

    private sealed class BatchInMaking(Batch batch, int size)
    {
        public int Left = size;

        public Batch Batch => batch;

        public int Claimed { get; set; }

        public bool Finished { get; set; }
    }
}
