using Fliqs.Models.Layers;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class WeightAverageTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void It_moves_by_the_ramp_and_then_by_the_decay_and_counts_as_the_network_counts()
    {
        using var network = new FusedBatchNorm2d(1);
        using var average = new WeightAverage(network, 0.5);
        var live = network.state_dict();
        var expected = 1.0;
        for (var step = 0; step < 12; step++)
        {
            using (no_grad())
            {
                live["weight"].fill_(step * step);
                live["running_var"].fill_(step * step);
                live["num_batches_tracked"].fill_(step);
            }

            average.Update(step);
            var kept = Math.Min(0.5, (1.0 + step) / (10 + step));
            expected = (kept * expected) + ((1 - kept) * step * step);
            var averaged = average.State().ToDictionary();
            Assert.Equal(expected, averaged["average.weight"].item<float>(), 1e-4);
            Assert.Equal(expected, averaged["average.running_var"].item<float>(), 1e-4);
            Assert.Equal(step, averaged["average.num_batches_tracked"].item<long>());
        }

        Assert.Equal(live.Keys.Select(k => $"average.{k}"), average.State().Select(e => e.Key));
    }

    [Fact]
    public void Exchanging_twice_changes_nothing()
    {
        using var model = TrainerTests.Model();
        using var average = new WeightAverage(model.Network, 0.9);
        using (no_grad())
            model.Layers[0].Layer.weight.add_(1);
        average.Update(0);
        var (live, averaged) = (TrainerTests.Bytes(model.Network.state_dict()), TrainerTests.Bytes(average.State()));
        average.Exchange();
        Assert.Equal(averaged.Values, TrainerTests.Bytes(model.Network.state_dict()).Values);
        Assert.NotEqual(live, TrainerTests.Bytes(model.Network.state_dict()));
        average.Exchange();
        Assert.Equal(live, TrainerTests.Bytes(model.Network.state_dict()));
        Assert.Equal(averaged, TrainerTests.Bytes(average.State()));
    }
}
