using Fliqs.Models;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using Fliqs.Tests.Quantization;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class NormStatisticsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Statistics_are_those_of_the_batch_and_the_network_is_left_as_it_was(bool training)
    {
        using var model = TrainerTests.Model();
        model.Network.train(training);
        var momenta = Norms(model).ConvertAll(n => n.Momentum);
        var images = TrainerTests.Batches(1)[0].Images;

        Assert.True(new NormStatistics(model).Take(images));
        Assert.Equal(momenta, Norms(model).ConvertAll(n => n.Momentum));
        Assert.Equal(training, model.Network.training);
        var taken = Statistics(model);
        using var gradients = no_grad();
        Norms(model).ForEach(n => n.Momentum = 1);
        model.Network.train();
        model.Network.forward(TrainerTests.Batches(2)[1].Images);
        Assert.All(Statistics(model), s => Assert.True((s.Value - taken[s.Key]).abs().max().item<float>() > 1e-3));
        model.Network.forward(images);
        Assert.All(Statistics(model), s => Tensors.Near(taken[s.Key], s.Value, s.Key));
    }

    /// <summary>As networks of users have them; without a momentum the statistics are means over all batches.</summary>
    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void Stock_batch_norms_get_those_of_the_batch_too(double? momentum)
    {
        var norm = nn.BatchNorm2d(2);
        norm.momentum = momentum;
        using var network = nn.Sequential(("norm", norm), ("flatten", nn.Flatten()), ("head", new QuantizedLinear(8, 2)));
        using var model = new QuantizedModel(network, [2, 2, 2]);
        network.train();
        for (var i = 0; i < 3; i++)
            network.forward(Tensors.Normal(i, 6, 2, 2, 2));
        var images = Tensors.Normal(9, 6, 2, 2, 2) + 5;

        Assert.True(new NormStatistics(model).Take(images));
        Tensors.Near(images.mean([0, 2, 3]), norm.running_mean!, "mean");
        Tensors.Near(images.transpose(0, 1).reshape(2, -1).var(1), norm.running_var!, "variance");
        Assert.Equal(momentum, norm.momentum);
    }

    [Fact]
    public void A_network_without_batch_norms_has_none()
    {
        using var model = TrainerTests.Model(name: "vit");
        Assert.False(new NormStatistics(model).Take(TrainerTests.Batches(1)[0].Images));
    }

    [Fact]
    public void Judging_by_a_batch_normalises_by_it_and_leaves_the_network_as_it_is()
    {
        using var model = TrainerTests.Model();
        using var trainer = new Trainer(model, TrainerTests.Sgd, 40, CPU);
        foreach (var (i, b) in TrainerTests.Batches(40).Index())
            trainer.Step(b, i);
        var batch = TrainerTests.Batches(1)[0];
        var expected = trainer.EvaluateInTraining(batch);
        Assert.True(expected > 0.6);
        foreach (var (_, mean) in model.Network.named_buffers().Where(b => b.name.EndsWith("mean", StringComparison.Ordinal)))
            mean.add_(100);
        var before = TrainerTests.Bytes(trainer.State());
        model.Network.eval();
        Assert.NotEqual(expected, Evaluator.Correct(model.Network.forward(batch.Images), batch.Labels) / 16.0);
        Assert.Equal(expected, trainer.EvaluateInTraining(batch));
        Assert.Equal(before, TrainerTests.Bytes(trainer.State()));
    }

    [Fact]
    public void Judging_by_a_batch_drops_nothing()
    {
        using var network = nn.Sequential(("norm", new FusedBatchNorm2d(2)), ("drop", nn.Dropout(0.9)), ("flatten", nn.Flatten()), ("head", new QuantizedLinear(8, 2)));
        using var model = new QuantizedModel(network, [2, 2, 2]);
        var images = Tensors.Normal(1, 6, 2, 2, 2);
        var statistics = new NormStatistics(model);
        using var gradients = no_grad();
        Tensors.SameBits(statistics.OnBatch(images), statistics.OnBatch(images));
        Assert.All(network.modules(), m => Assert.True(m.training));
        Assert.False(network.forward(images).allclose(statistics.OnBatch(images)));
    }

    /// <summary>New statistics from images that are far from the others fit nothing; running ones that are moved far away do not either.</summary>
    [Theory]
    [InlineData(100, 0)]
    [InlineData(0, 100)]
    public void Of_two_kinds_of_statistics_those_stay_that_do_better(int newFrom, int runningBy)
    {
        using var model = TrainerTests.Model();
        using var trainer = new Trainer(model, TrainerTests.Sgd with { AverageDecay = 0.8 }, 40, CPU);
        foreach (var (i, b) in TrainerTests.Batches(40).Index())
            trainer.Step(b, i);
        var data = new BlobDataSet(64, seed: 2);
        Assert.True(trainer.Evaluate(data) > 0.6);
        foreach (var (_, mean) in trainer.State().Where(t => t.Key.EndsWith("running_mean", StringComparison.Ordinal)))
            mean.add_(runningBy);
        Assert.True(runningBy == 0 || trainer.Evaluate(data) < 0.6);
        var before = TrainerTests.Bytes(trainer.State());
        var batch = TrainerTests.Batches(1)[0];
        batch.Images.add_(newFrom);

        var settled = trainer.SettleStatistics([batch], data);
        Assert.True(settled > 0.6);
        Assert.Equal(settled, trainer.Evaluate(data));
        if (newFrom > 0)
            Assert.Equal(before, TrainerTests.Bytes(trainer.State()));
    }

    private static List<FusedBatchNorm2d> Norms(QuantizedModel model) => [.. model.Network.modules().OfType<FusedBatchNorm2d>()];

    private static Dictionary<string, Tensor> Statistics(QuantizedModel model) =>
        model.Network.state_dict().Where(e => e.Key.Contains("running_", StringComparison.Ordinal)).ToDictionary(e => e.Key, e => e.Value.clone());
}
