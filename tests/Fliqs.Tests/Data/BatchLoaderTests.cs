using Fliqs.Data;
using TorchSharp;

namespace Fliqs.Tests.Data;

public sealed class BatchLoaderTests
{
    private static readonly Augmentation Everything = new(Flip: true, Shift: 1);

    [Fact]
    public void GivesEveryImageOnceWithItsLabel()
    {
        var data = new ProbeDataSet(23);
        var seen = new List<int>();
        foreach (var batch in BatchLoader.Shuffled(data, 4, seed: 7).Epoch(0))
            using (batch)
            {
                // Normalised by mean 0.5 and deviation 0.25.
                var pixels = batch.Images.data<float>().ToArray();
                var labels = batch.Labels.data<long>().ToArray();
                for (var i = 0; i < labels.Length; i++)
                {
                    var index = (int)Math.Round((pixels[6 * i] * 0.25 + 0.5) * 23);
                    Assert.All(pixels[(6 * i)..(6 * i + 6)], p => Assert.Equal((index / 23f - 0.5f) / 0.25f, p, 1e-5f));
                    Assert.Equal(index % 3, labels[i]);
                    seen.Add(index);
                }
            }
        Assert.Equal(Enumerable.Range(0, 23), seen.Order());
        Assert.NotEqual(Enumerable.Range(0, 23), seen);
    }

    [Fact]
    public void TensorsHaveTheirShapesAndTypes()
    {
        var batches = Read(BatchLoader.InOrder(new ProbeDataSet(10), 4), 0, batch =>
        {
            Assert.Equal((torch.float32, torch.int64), (batch.Images.dtype, batch.Labels.dtype));
            Assert.Equal(batch.Images.shape[0], Assert.Single(batch.Labels.shape));
            return (batch.Index, Shape: string.Join('x', batch.Images.shape));
        });
        Assert.Equal([(0, "4x1x2x3"), (1, "4x1x2x3"), (2, "2x1x2x3")], batches);
    }

    [Theory]
    [InlineData(10, 4, false, 3, 2)]
    [InlineData(10, 4, true, 2, 4)]
    [InlineData(8, 4, false, 2, 4)]
    [InlineData(8, 4, true, 2, 4)]
    [InlineData(3, 4, false, 1, 3)]
    public void LastBatchIsKeptOrDropped(int count, int size, bool dropLast, int batches, int last)
    {
        var loader = BatchLoader.Shuffled(new ProbeDataSet(count), size, seed: 0, dropLast: dropLast);
        var sizes = Read(loader, 0, batch => (int)batch.Labels.shape[0]);
        Assert.Equal(batches, loader.BatchCount);
        Assert.Equal(batches, sizes.Count);
        Assert.Equal(last, sizes[^1]);
    }

    [Fact]
    public void InOrderKeepsTheOrder()
    {
        var labels = Read(BatchLoader.InOrder(new ProbeDataSet(11), 4), 5, batch => batch.Labels.data<long>().ToArray());
        Assert.Equal(Enumerable.Range(0, 11).Select(i => (long)(i % 3)), labels.SelectMany(l => l));
    }

    [Fact]
    public void AnEmptyDataSetHasNoBatches() => Assert.Empty(BatchLoader.InOrder(new ProbeDataSet(0), 4).Epoch(0));

    [Fact]
    public void SameSeedAndEpochGiveTheSameBytes()
    {
        var train = DigitsDataSet.Load().Train;
        var first = Bytes(BatchLoader.Shuffled(train, 100, seed: 5, Everything), 2);
        Assert.Equal(first, Bytes(BatchLoader.Shuffled(train, 100, seed: 5, Everything), 2));
        Assert.NotEqual(first, Bytes(BatchLoader.Shuffled(train, 100, seed: 6, Everything), 2));
        Assert.NotEqual(first, Bytes(BatchLoader.Shuffled(train, 100, seed: 5, Everything), 3));
        Assert.NotEqual(first, Bytes(BatchLoader.Shuffled(train, 100, seed: 5), 2));
    }

    [Fact]
    public void AugmentationChangesWithEpochPositionAndSeed()
    {
        // Nine equal images, so that the order makes no difference.
        var same = new ByteImageDataSet(
            IdxFolder.Info, [.. Enumerable.Range(0, 54).Select(i => (byte)(40 * (i % 6 + 1)))], new byte[9]);
        var loader = BatchLoader.Shuffled(same, 1, seed: 1, Everything);
        var images = Bytes(loader, epoch: 0);
        Assert.InRange(images.Distinct().Count(), 4, 9);
        Assert.NotEqual(images, Bytes(loader, epoch: 1));
        Assert.NotEqual(images, Bytes(BatchLoader.Shuffled(same, 1, seed: 2, Everything), epoch: 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(14)]
    [InlineData(15)]
    public void ResumingGivesTheRestOfTheEpoch(int firstBatch)
    {
        var loader = BatchLoader.Shuffled(DigitsDataSet.Load().Train, 100, seed: 5, Everything);
        Assert.Equal(15, loader.BatchCount);
        var whole = Bytes(loader, epoch: 1);
        Assert.Equal(whole.Skip(firstBatch), Bytes(loader, epoch: 1, firstBatch));
    }

    [Fact]
    public void BatchIndicesGoOnWhereTheEpochIsTakenUp()
    {
        var loader = BatchLoader.Shuffled(new ProbeDataSet(20), 4, seed: 0);
        Assert.Equal([3, 4], loader.Epoch(0, firstBatch: 3).Select(batch =>
        {
            using (batch)
                return batch.Index;
        }));
    }

    [Fact]
    public void AugmentationPadsWithNormalisedBlack()
    {
        var white = new ByteImageDataSet(IdxFolder.Info, [.. Enumerable.Repeat((byte)255, 6 * 64)], new byte[64]);
        var values = Read(
            BatchLoader.Shuffled(white, 64, seed: 1, new Augmentation(Shift: 1)), 0,
            batch => batch.Images.data<float>().ToArray());
        // (0 - 0.5) / 0.25 and (1 - 0.5) / 0.25
        Assert.Equal([-2, 2], values.Single().Distinct().Order());
    }

    [Fact]
    public void EveryChannelHasItsOwnNormalisation()
    {
        var info = new DataSetInfo("colours", 1, 3, 1, 2, [0, 0.5f, 1], [1, 0.5f, 0.25f], "");
        var data = new ByteImageDataSet(info, [0, 255, 0, 255, 0, 255], [0]);
        var values = Read(BatchLoader.InOrder(data, 1), 0, batch => batch.Images.data<float>().ToArray());
        Assert.Equal([0, 1, -1, 1, -4, 0], values.Single());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(7)]
    public void ThreadsChangeNothing(int workers)
    {
        var (alone, together) = (Loader(1), Loader(workers));
        foreach (var epoch in new[] { 0, 3 })
            Assert.Equal(Bytes(alone, epoch), Bytes(together, epoch));
        Assert.Equal(Bytes(alone, 1, firstBatch: 5), Bytes(together, 1, firstBatch: 5));

        static BatchLoader Loader(int workers) => BatchLoader.Shuffled(new ProbeDataSet(203, workers: workers), 10, seed: 2, Everything);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void ErrorsSurfaceAfterTheBatchesBeforeThem(int workers)
    {
        var loader = BatchLoader.InOrder(new ProbeDataSet(100, failAt: 25, workers), 10);
        var given = 0;
        var error = Assert.Throws<InvalidOperationException>(() =>
        {
            foreach (var batch in loader.Epoch(0))
                using (batch)
                    given++;
        });
        Assert.Equal(("image 25 is broken", 2), (error.Message, given));
    }

    [Fact]
    public void LeavingEarlyStopsTheThreads()
    {
        var data = new ProbeDataSet(10_000, workers: 3);
        foreach (var batch in BatchLoader.InOrder(data, 10).Epoch(0))
            using (batch)
                break;
        // Leaving waits for the threads: one batch handed out, three waiting, one in the making.
        Assert.InRange(data.Reads, 10, 50);
    }

    [Fact]
    public void AnErrorThatNobodyWaitsForIsDropped()
    {
        var data = new ProbeDataSet(100, failAt: 15);
        using (var batches = BatchLoader.InOrder(data, 10).Epoch(0).GetEnumerator())
        {
            Assert.True(batches.MoveNext());
            batches.Current.Dispose();
            Assert.True(SpinWait.SpinUntil(() => data.Reads == 15, TimeSpan.FromSeconds(30)));
        }
        Assert.Equal(15, data.Reads);
    }

    [Fact]
    public void NothingIsReadBeforeTheEpochIsEnumerated()
    {
        var data = new ProbeDataSet(10);
        _ = BatchLoader.InOrder(data, 10).Epoch(0);
        Assert.Equal(0, data.Reads);
    }

    [Fact]
    public void BatchesBelongToNoDisposeScope()
    {
        using var batches = BatchLoader.InOrder(new ProbeDataSet(8), 4).Epoch(0).GetEnumerator();
        using (torch.NewDisposeScope())
            Assert.True(batches.MoveNext());
        using var batch = batches.Current;
        Assert.False(batch.Images.IsInvalid || batch.Labels.IsInvalid);
        Assert.Equal(-2, batch.Images.min().item<float>());
    }

    [Fact]
    public void RefusesWhatDoesNotFit()
    {
        var data = new ProbeDataSet(10);
        Assert.Contains("batch size 0", Refused(() => BatchLoader.InOrder(data, 0)));
        Assert.Contains("only 10 images of tiny", Refused(() => BatchLoader.Shuffled(data, 11, seed: 0, dropLast: true)));
        Assert.Contains("shift:2", Refused(() => BatchLoader.Shuffled(data, 1, seed: 0, new Augmentation(Shift: 2))));
        var loader = BatchLoader.InOrder(data, 4);
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => loader.Epoch(0, 4));
    }

    private static string Refused(Action action) => Assert.Throws<InputException>(action).Message;

    private static List<T> Read<T>(BatchLoader loader, int epoch, Func<Batch, T> select, int firstBatch = 0)
    {
        var results = new List<T>();
        foreach (var batch in loader.Epoch(epoch, firstBatch))
            using (batch)
                results.Add(select(batch));
        return results;
    }

    private static List<string> Bytes(BatchLoader loader, int epoch, int firstBatch = 0) => Read(
        loader, epoch,
        batch => Convert.ToHexString(batch.Images.bytes) + Convert.ToHexString(batch.Labels.bytes), firstBatch);
}
