using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

public sealed class GroupedStepTests : IDisposable
{
    private static readonly NumberFormat[] Formats = [NumberFormat.Int8, NumberFormat.Int2];

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>The step is the mean of the steps that the groups would make by themselves.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    public void Every_group_of_a_batch_has_formats_of_its_own(int parts, int partsOfGroup)
    {
        var batch = TrainerTests.Batches(1)[0];
        var (outcomes, moved) = Step(batch, parts, Formats);
        var alone = Formats.Select((f, i) => Step(Half(batch, i), partsOfGroup, [f])).ToList();
        Assert.Equal(alone.Select(a => a.Outcomes[0]), outcomes);
        Assert.NotEqual(outcomes[0].Loss, outcomes[1].Loss, 1e-3);
        foreach (var (name, movement) in moved)
            Tensors.Near((alone[0].Moved[name] + alone[1].Moved[name]) / 2, movement, name);
    }

    [Fact]
    public void There_are_no_more_groups_than_images()
    {
        using var model = TrainerTests.Model();
        using var trainer = new Trainer(model, TrainerTests.Sgd, 1, CPU);
        using var batch = TrainerTests.Batches(1)[0];
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(batch, 0, []));
        Assert.Throws<ArgumentOutOfRangeException>(() => trainer.Step(batch, 0, [.. Enumerable.Repeat(() => { }, 17)]));
    }

    private static (IReadOnlyList<StepOutcome> Outcomes, Dictionary<string, Tensor> Moved) Step(Batch batch, int parts, NumberFormat[] formats)
    {
        using var model = TrainerTests.Model(name: "vit");
        var before = model.Network.state_dict().ToDictionary(e => e.Key, e => e.Value.detach().clone());
        using var trainer = new Trainer(model, TrainerTests.Sgd with { LearningRate = 1, Momentum = 0, WeightDecay = 0, Parts = parts }, 1, CPU);
        var outcomes = trainer.Step(batch, 0, [.. formats.Select(f => (Action)(() => model.ApplyUniform(new LayerFormats(f))))]);
        return (outcomes, model.Network.state_dict().ToDictionary(e => e.Key, e => e.Value.detach() - before[e.Key]));
    }

    private static Batch Half(Batch batch, int index) => new(0, batch.Images.narrow(0, 8 * index, 8), batch.Labels.narrow(0, 8 * index, 8));
}
