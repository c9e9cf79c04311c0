using Fliqs.Data;
using Fliqs.Training;
using TorchSharp;
using static Fliqs.Tests.Training.TrainerTests;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

/// <summary>What each option changes in a step.</summary>
public sealed class TrainingOptionsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>Without batch norm a batch in parts is the batch, whether the parts are equal or not.</summary>
    [Theory, InlineData(2), InlineData(5), InlineData(16), InlineData(99)]
    public void A_batch_in_parts_gives_the_outcome_and_gradients_of_the_whole(int parts)
    {
        using var teacher = Model(seed: 50, name: "vit");
        using var whole = Model(name: "vit");
        using var divided = Model(name: "vit");
        using var trainer = new Trainer(whole, AdamW, 4, CPU, new Distillation(teacher, 0.3, 2));
        using var other = new Trainer(divided, AdamW with { Parts = parts }, 4, CPU, new Distillation(teacher, 0.3, 2));
        foreach (var (i, plain) in Batches(2).Index())
        {
            using var others = (plain.Labels + 1).remainder(4).DetachFromDisposeScope();
            using var batch = new Batch(i, plain.Images, plain.Labels, others) { Share = 0.6 };     // mixed, as by mixup
            var (expected, actual) = (trainer.Step(batch, i), other.Step(batch, i));
            Assert.Equal(expected.Loss, actual.Loss, 1e-4);
            Assert.Equal(expected.Accuracy, actual.Accuracy, 1e-9);
            // What a softmax does not depend on has a gradient of rounding errors alone.
            foreach (var ((parameter, a), b) in whole.Network.named_parameters().Zip(divided.Network.parameters()))
                Assert.True((a.grad! - b.grad!).abs().max().item<float>() <= 1e-6 + (1e-3 * a.grad!.abs().max().item<float>()), $"step {i}: {parameter}");
        }
    }

    [Fact]
    public void Averaged_weights_are_evaluated_and_shipped_and_do_not_disturb_training()
    {
        using var plain = Model();
        using var averaged = Model();
        using var trainer = new Trainer(plain, Sgd, 40, CPU);
        using var other = new Trainer(averaged, Sgd with { AverageDecay = 0.9 }, 40, CPU);
        var data = new BlobDataSet(64);
        foreach (var (i, batch) in Batches(40).Index())
        {
            trainer.Step(batch, i);
            other.Step(batch, i);
            other.Evaluate(data);
        }

        Assert.Equal(Bytes(plain.Network.state_dict()), Bytes(averaged.Network.state_dict()));
        var average = other.State().Where(e => e.Key.StartsWith("average.", StringComparison.Ordinal)).ToDictionary(e => e.Key[8..], e => e.Value);
        var accuracy = other.Evaluate(data);
        Assert.True(accuracy > 0.6);
        var expected = Bytes(average);
        other.Finish();
        Assert.Equal(expected, Bytes(averaged.Network.state_dict()));
        Assert.NotEqual(Bytes(plain.Network.state_dict()), expected);
        Assert.Equal(accuracy, other.Evaluate(data));
        Assert.Equal(accuracy, Evaluator.Accuracy(averaged, data, CPU));
    }

    /// <summary>Against the same step without decay the weights of layers shrink; biases, norms, class token and positions do not.</summary>
    [Theory]
    [InlineData(OptimizerKind.Sgd, "resnet8")]
    [InlineData(OptimizerKind.AdamW, "resnet8")]
    [InlineData(OptimizerKind.AdamW, "vit")]
    public void Weight_decay_leaves_biases_and_norms_out(OptimizerKind kind, string name)
    {
        using var model = Model(name: name);
        using var free = Model(name: name);
        using (no_grad())
        {
            foreach (var (a, b) in model.Network.parameters().Zip(free.Network.parameters()).Where(p => p.First.dim() == 1))
                b.copy_(a.add_(0.5));
        }

        var options = OptionsOf(kind) with { Momentum = 0, WeightDecay = 0.5 };
        using var decaying = new Trainer(model, options, 1, CPU);
        using var plain = new Trainer(free, options with { WeightDecay = 0 }, 1, CPU);
        var start = Model(name: name).Network.state_dict();
        decaying.Step(Batches(1)[0], 0);
        plain.Step(Batches(1)[0], 0);
        var rate = options.LearningRate * options.Schedule.FactorAt(0, 1, 1);
        foreach (var ((key, decayed), kept) in model.Network.named_parameters().Zip(free.Network.parameters()))
        {
            var expected = decayed.dim() == 1 || key is "cls_token" or "pos_embed" ? zeros_like(kept) : start[key] * (-rate * 0.5);
            var difference = (decayed - kept).detach();
            Assert.True((difference - expected).abs().max().item<float>() < 1e-6, key);
        }
    }

    [Fact]
    public void The_learning_rate_of_a_step_follows_the_schedule()
    {
        foreach (var step in new[] { 0, 1, 30, 59 })
        {
            using var model = Model();
            using var trainer = new Trainer(model, Sgd with { Momentum = 0, WeightDecay = 0 }, 60, CPU);
            var before = model.Layers[0].Layer.weight.detach().clone();
            trainer.Step(Batches(1)[0], step);
            var moved = before - model.Layers[0].Layer.weight.detach();
            var expected = model.Layers[0].Layer.weight.grad! * (0.05 * Sgd.Schedule.FactorAt(step, 60, 1));
            // The weights have 24 bits, of which the last may move.
            Assert.True((expected - moved).abs().max().item<float>() < 2e-7, $"step {step}");
            Assert.True(expected.abs().max().item<float>() > 2e-6, $"step {step}");
        }
    }

    [Fact]
    public void A_second_cycle_begins_the_schedule_anew()
    {
        using var once = Model();
        using var again = Model();
        using var trainer = new Trainer(once, Sgd, 5, CPU);
        using var other = new Trainer(again, Sgd with { Cycles = 2 }, 10, CPU);
        foreach (var (i, batch) in Batches(3).Index())
        {
            trainer.Step(batch, i);
            other.Step(batch, 5 + i);
        }

        Assert.Equal(Bytes(trainer.State()), Bytes(other.State()));
    }
}
