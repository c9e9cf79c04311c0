using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using Fliqs.Tests.Training;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Search.Baselines;

public sealed class HessianTracesTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly QuantizedLinear first = new(64, 3);
    private readonly QuantizedLinear second = new(3, 4);
    private readonly QuantizedModel model;
    private readonly Trainer trainer;
    private readonly SearchContext run;

    public HessianTracesTests()
    {
        model = new QuantizedModel(nn.Sequential(("flat", nn.Flatten()), ("a", first), ("tanh", nn.Tanh()), ("b", second)), [1, 8, 8]);
        TrainerTests.Fill(model.Network, 1);
        trainer = new Trainer(model, TrainerTests.Sgd, 10, CPU);
        var batches = BatchLoader.Shuffled(new BlobDataSet(64), 64, 1);     // all images in one batch
        run = new SearchContext(trainer, new BitOperations(), batches, new BlobDataSet(16), 1, new RunJournal());
    }

    public void Dispose()
    {
        trainer.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void They_are_the_sums_of_second_derivatives_and_nothing_moves()
    {
        using var batch = run.Training.At(0, 0);
        var exact = model.Layers.Select(l => SecondDerivatives(l.Layer.weight, batch)).ToList();
        var before = TrainerTests.Bytes(trainer.State());

        var estimated = HessianTraces.Estimate(run, 400);

        Assert.Equal(before, TrainerTests.Bytes(trainer.State()));
        foreach (var (wanted, got) in exact.Zip(estimated))
            Assert.Equal(1, got / wanted, 0.1);
        Assert.NotEqual(exact[0], exact[1], 0.2 * exact[0]);
        Assert.Equal(HessianTraces.Estimate(run, 3), HessianTraces.Estimate(run, 3));
    }

    [Fact]
    public void A_layer_in_a_format_counts_its_mean_curvature_times_the_squared_error_of_its_weights()
    {
        NumberFormat[] formats = [NumberFormat.Int2, NumberFormat.E2M1, NumberFormat.Int8];
        var space = SearchSpace.Create(model.Shapes, formats);
        var table = new CostTable(new BitOperations(), space, model.Shapes);
        var budget = new Budget(table, (table.Minimum + table.Maximum) / 3);

        var outcome = HessianSensitivity.Choose(run, space, budget, 8);

        var traces = HessianTraces.Estimate(run, 8);
        foreach (var (d, layer) in new[] { first, second }.Index())
        {
            for (var o = 0; o < formats.Length; o++)
            {
                var scales = Scales.Find(layer.weight, formats[o], ScaleRule.LeastSquares, (int)layer.weight.shape[0]);
                var error = (layer.weight - CompositeRounding.Round(layer.weight, scales, formats[o])).square().sum().item<float>();
                Assert.Equal(-traces[d] / layer.weight.numel() * error, outcome.Scores![d][o], 1e-4 * Math.Abs(outcome.Scores[d][0]));
            }
        }

        Assert.True(budget.Admits(outcome.Assignment!));
        Assert.True(outcome.Scores![0][2] > outcome.Scores[0][0]);
    }

    private double SecondDerivatives(Tensor weight, Batch batch)
    {
        const float Move = 0.02f;
        using var gradients = no_grad();
        var flat = weight.view(-1);
        var sum = 0.0;
        for (var i = 0; i < flat.numel(); i++)
        {
            var home = flat[i].item<float>();
            flat[i] = home + Move;
            var ahead = GradientAt(i);
            flat[i] = home - Move;
            sum += (ahead - GradientAt(i)) / (2 * Move);
            flat[i] = home;
        }

        return sum;

        double GradientAt(int i)
        {
            using var inner = NewDisposeScope();
            using var enabled = enable_grad();
            return trainer.Gradients(batch, [weight])[0].view(-1)[i].item<float>();
        }
    }
}
