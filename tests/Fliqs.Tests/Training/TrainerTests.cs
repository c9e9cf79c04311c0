using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using Fliqs.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    internal static readonly TrainingOptions Sgd = new(1, OptimizerKind.Sgd, 0.05, 0.9, 1e-3, 0);
    internal static readonly TrainingOptions RmsProp = new(1, OptimizerKind.RmsProp, 3e-3, 0.9, 1e-2, 0);
    internal static readonly TrainingOptions AdamW = new(1, OptimizerKind.AdamW, 3e-3, 0, 1e-2, 0.1);

    /// <summary>A small network with batch norm, the same weights every time.</summary>
    internal static QuantizedModel Model(long seed = 1, string name = "resnet8")
    {
        var model = ModelCatalog.Create(new ModelSpec(name, 4, 1, 8, name == "vit" ? 12 : 0.25, name == "vit" ? 1 : null));
        Fill(model.Network, seed);
        return model;
    }

    /// <summary>Gives a network weights that depend on nothing but the seed.</summary>
    internal static void Fill(nn.Module network, long seed)
    {
        using var gradients = no_grad();
        foreach (var (index, weight) in network.parameters().Where(p => p.dim() > 1).Index())
            weight.copy_(Tensors.Normal(seed + index, weight.shape) / Math.Sqrt(weight[0].numel()));
        foreach (var (_, bias) in network.named_parameters().Where(p => p.name.EndsWith(".bias", StringComparison.Ordinal)))
            bias.zero_();
    }

    internal static List<Batch> Batches(int count) =>
        [.. Enumerable.Range(0, count).Select(i => BatchLoader.Shuffled(new BlobDataSet(64), 16, 1).At(i / 4, i % 4))];

    internal static Dictionary<string, byte[]> Bytes(IEnumerable<KeyValuePair<string, Tensor>> state) =>
        state.ToDictionary(e => e.Key, e => e.Value.detach().contiguous().bytes.ToArray());

    [Fact]
    public void An_auxiliary_head_learns_at_four_tenths_of_the_loss_and_does_not_count_in_the_outcome()
    {
        using var model = ModelCatalog.Create(new ModelSpec("inception_v3", 4, 1, 299, Width: 0.0625, Aux: true));
        using var trainer = new Trainer(model, Sgd with { WeightDecay = 0, Momentum = 0, LearningRate = 1 }, 1, torch.CPU);
        using var batch = new Batch(0, Tensors.Normal(1, 2, 1, 299, 299).DetachFromDisposeScope(), tensor([0L, 1L]).DetachFromDisposeScope());
        var bias = model.Network.get_parameter("AuxLogits.fc.bias")!;
        var before = bias.clone();

        model.Network.train();
        var saved = model.Network.state_dict().ToDictionary(e => e.Key, e => e.Value.clone());
        var main = nn.functional.cross_entropy(model.Network.forward(batch.Images), batch.Labels).item<float>();
        var gradient = (softmax(model.AuxiliaryLogits!, 1) - nn.functional.one_hot(batch.Labels, 4)).mean([0]);
        using (no_grad())
        {
            foreach (var (name, value) in model.Network.state_dict())
                value.copy_(saved[name]);
        }

        Assert.Equal(main, trainer.Step(batch, 0).Loss, 1e-4);
        var rate = new LearningRateSchedule().FactorAt(0, 1, 1);
        Tensors.Near(before - 0.4 * rate * gradient, bias, "bias of the auxiliary head");
        Assert.True((bias - before).abs().max().item<float>() > 1e-3);
    }

    /// <summary>Neither weight decay nor momentum moves what is frozen.</summary>
    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.AdamW)]
    public void Parameters_that_ask_for_no_gradient_stay_as_they_are(OptimizerKind kind)
    {
        using var model = Model();
        model.ApplyUniform(new LayerFormats(NumberFormat.Int4));
        var (frozen, free) = (model.Layers[1].Layer.weight, model.Layers[2].Layer.weight);
        frozen.requires_grad = false;
        var before = (frozen.detach().clone(), free.detach().clone());
        using var trainer = new Trainer(model, OptionsOf(kind), 3, CPU);
        foreach (var (i, batch) in Batches(3).Index())
            trainer.Step(batch, i);
        Tensors.SameBits(before.Item1, frozen);
        Assert.False(before.Item2.equal(free).all().item<bool>());
        Assert.Equal(0, trainer.Gradients(Batches(1)[0], [frozen])[0].abs().max().item<float>());
    }

    [Fact]
    public void Averaged_weights_can_begin_anew_with_others()
    {
        using var model = Model();
        using var trainer = new Trainer(model, Sgd with { AverageDecay = 0.9 }, 3, CPU);
        Fill(model.Network, 2);
        var own = Bytes(model.Network.state_dict());
        trainer.RestartAverage();
        trainer.Finish();
        Assert.Equal(own, Bytes(model.Network.state_dict()));
    }

    [Fact]
    public void Mixed_images_have_both_labels_by_their_shares()
    {
        using var plain = Batches(1)[0];
        using var others = (plain.Labels + 1).remainder(4).DetachFromDisposeScope();
        using var mixed = new Batch(0, plain.Images, plain.Labels, others) { Share = 0.7 };
        using var swapped = new Batch(0, plain.Images, others);
        var (own, other, both) = (Outcome(plain), Outcome(swapped), Outcome(mixed));
        Assert.Equal(0.7 * own.Loss + 0.3 * other.Loss, both.Loss, 1e-5);
        Assert.NotEqual(own.Loss, other.Loss, 1e-3);
        Assert.Equal(own.Accuracy, both.Accuracy);

        static StepOutcome Outcome(Batch batch)
        {
            using var model = Model(name: "vit");
            using var trainer = new Trainer(model, Sgd with { LabelSmoothing = 0.1 }, 1, CPU);
            return trainer.Step(batch, 0);
        }
    }

    public static TheoryData<OptimizerKind, string> Cases =>
        new() { { OptimizerKind.Sgd, "resnet8" }, { OptimizerKind.RmsProp, "resnet8" }, { OptimizerKind.AdamW, "resnet8" }, { OptimizerKind.AdamW, "vit" } };

    internal static TrainingOptions OptionsOf(OptimizerKind kind) => kind switch
    {
        OptimizerKind.Sgd => Sgd,
        OptimizerKind.RmsProp => RmsProp,
        _ => AdamW,
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_loss_goes_down_in_low_precision(OptimizerKind kind, string name)
    {
        using var model = Model(name: name);
        model.ApplyUniform(new LayerFormats(NumberFormat.Int4));
        using var trainer = new Trainer(model, OptionsOf(kind) with { LabelSmoothing = 0 }, 60, CPU);
        var losses = Batches(60).Select((b, i) => trainer.Step(b, i).Loss).ToList();
        Assert.True(losses.TakeLast(5).Average() < 0.6 * losses.Take(5).Average(), $"{losses[0]} to {losses[^1]}");
        Assert.True(trainer.Evaluate(new BlobDataSet(64)) > 0.5);
    }

    public static TheoryData<TrainingOptions, string> Restored => new()
    {
        { Sgd, "resnet8" },
        { RmsProp, "resnet8" },
        { RmsProp with { Momentum = 0, AverageDecay = 0.9 }, "resnet8" },
        { AdamW, "vit" },
        { Sgd with { AverageDecay = 0.99, Parts = 3, ClipNorm = 1, Schedule = new() { Kind = ScheduleKind.Step, DecayEpochs = 0.5 } }, "resnet8" },
    };

    [Theory]
    [MemberData(nameof(Restored))]
    public void A_restored_trainer_goes_on_to_the_same_bits(TrainingOptions options, string name)
    {
        var batches = Batches(12);
        using var teacher = Model(seed: 50);
        var distillation = new Distillation(teacher, 0.5, 2);
        using var whole = Model(name: name);
        using var trainer = new Trainer(whole, options, 12, CPU, distillation);
        Dictionary<string, Tensor> saved = [];
        for (var i = 0; i < 12; i++)
        {
            if (i == 5)
                saved = trainer.State().ToDictionary(e => e.Key, e => e.Value.detach().contiguous().clone());
            trainer.Step(batches[i], i);
        }

        using var other = Model(seed: 100, name: name);
        using var resumed = new Trainer(other, options, 12, CPU, distillation);
        resumed.Restore(saved, 5);
        Assert.Equal(Bytes(saved), Bytes(resumed.State()));
        for (var i = 5; i < 12; i++)
            resumed.Step(batches[i], i);
        Assert.Equal(Bytes(trainer.State()), Bytes(resumed.State()));
        Assert.Contains(trainer.State().Keys, k => k.StartsWith("optimizer.0.", StringComparison.Ordinal));
        Assert.Equal(options.AverageDecay is not null, trainer.State().Keys.Any(k => k.StartsWith("average.", StringComparison.Ordinal)));
        Assert.Equal(trainer.Evaluate(new BlobDataSet(64)), resumed.Evaluate(new BlobDataSet(64)));
        trainer.Finish();
        resumed.Finish();
        Assert.Equal(Bytes(whole.Network.state_dict()), Bytes(other.Network.state_dict()));
    }

    [Fact]
    public void Gradients_are_those_of_the_loss_in_evaluation_and_nothing_moves()
    {
        using var model = Model();
        using var trainer = new Trainer(model, Sgd with { Parts = 3 }, 5, CPU);
        trainer.Step(Batches(1)[0], 0);
        using var batch = Batches(2)[1];
        var before = Bytes(trainer.State());
        var gradients = trainer.Gradients(batch, model.Layers.Select(l => l.Layer.weight));
        Assert.Equal(before, Bytes(trainer.State()));

        model.Network.zero_grad();
        model.Network.eval();
        nn.functional.cross_entropy(model.Network.forward(batch.Images), batch.Labels).backward();
        foreach (var ((name, layer), gradient) in model.Layers.Zip(gradients))
            Assert.True((layer.weight.grad! - gradient).abs().max().item<float>() <= 1e-4 * gradient.abs().max().item<float>(), name);
    }

    [Fact]
    public void The_outcome_is_the_loss_and_accuracy_before_the_weights_move()
    {
        using var model = Model();
        using var trainer = new Trainer(model, AdamW, 4, CPU);
        using var batch = Batches(1)[0];
        model.Network.train();
        var logits = Model().Network.forward(batch.Images);
        var loss = nn.functional.cross_entropy(logits, batch.Labels, label_smoothing: 0.1).item<float>();
        var outcome = trainer.Step(batch, 0);
        Assert.Equal(loss, outcome.Loss, 1e-6);
        Assert.Equal(logits.argmax(1).eq(batch.Labels).to(float32).mean().item<float>(), outcome.Accuracy, 1e-6);
    }

    [Fact]
    public void Divergence_is_reported_before_it_reaches_the_weights()
    {
        using var model = Model();
        using var trainer = new Trainer(model, Sgd with { Parts = 2 }, 10, CPU);
        var batches = Batches(2);
        trainer.Step(batches[0], 0);
        var weights = Bytes(model.Network.named_parameters().Select(p => KeyValuePair.Create(p.name, (Tensor)p.parameter)));
        var moments = Bytes(trainer.State().Where(e => e.Key.StartsWith("optimizer", StringComparison.Ordinal)));
        batches[1].Images[15].fill_(float.NaN);     // in the second part
        var failure = Assert.Throws<DivergedException>(() => trainer.Step(batches[1], 7));
        Assert.Equal(7, failure.Step);
        Assert.Contains("step 7", failure.Message, StringComparison.Ordinal);
        Assert.Equal(weights, Bytes(model.Network.named_parameters().Select(p => KeyValuePair.Create(p.name, (Tensor)p.parameter))));
        Assert.Equal(moments, Bytes(trainer.State().Where(e => e.Key.StartsWith("optimizer", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_network_of_matrices_alone_can_be_trained()
    {
        using var network = nn.Sequential(nn.Flatten(), new QuantizedLinear(64, 4, bias: false));
        using var model = new QuantizedModel(network, [1, 8, 8]);
        foreach (var options in new[] { Sgd, AdamW })
        {
            using var trainer = new Trainer(model, options, 2, CPU);
            Assert.True(double.IsFinite(trainer.Step(Batches(1)[0], 0).Loss));
        }
    }
}
