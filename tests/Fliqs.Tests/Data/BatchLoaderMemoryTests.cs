using Fliqs.Data;
using TorchSharp;

namespace Fliqs.Tests.Data;

/// <summary>Alone, because it counts every tensor of the process.</summary>
[CollectionDefinition(nameof(BatchLoaderMemoryTests), DisableParallelization = true)]
[Collection(nameof(BatchLoaderMemoryTests))]
public sealed class BatchLoaderMemoryTests
{
    [Theory]
    [InlineData(1, "none")]
    [InlineData(4, "mixup")]
    public void NoTensorOutlivesAnEpochThatIsLeftEarlyOrFails(int workers, string augmentation)
    {
        // Tensors that other tests left to the finalizer must not count.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        var data = new ProbeDataSet(1000, workers: workers);
        foreach (var batch in BatchLoader.Shuffled(data, 10, seed: 1, Augmentation.Parse(augmentation)).Epoch(0))
            using (batch)
            {
                // One batch is here, three are waiting and one finds no room.
                Assert.True(SpinWait.SpinUntil(() => data.Reads == 50, TimeSpan.FromSeconds(30)));
                break;
            }
        Assert.Equal(before, torch.Tensor.TotalCount);

        using (var failing = BatchLoader.InOrder(new ProbeDataSet(100, failAt: 25, workers), 10).Epoch(0).GetEnumerator())
            Assert.Throws<InvalidOperationException>(() =>
            {
                while (failing.MoveNext())
                    failing.Current.Dispose();
            });
        Assert.Equal(before, torch.Tensor.TotalCount);
    }
}
