using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Contracts;
using Fliqs.Tests.Training;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Search;

public sealed class OneShotSearchTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_user_s_own_network_is_converted_searched_and_ends_within_the_budget()
    {
        var (network, kept) = ModelConversion.Quantize(nn.Sequential(
            nn.Conv2d(1, 4, 3, padding: 1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(4, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(32, 4)));
        TrainerTests.Fill(network, 1);
        using var model = new QuantizedModel(network, [1, 8, 8]);
        var space = SearchSpace.Create(model.Shapes, NamedSpaces.Parse("int"));
        var cost = new BitOperations();
        var budget = new Budget(new CostTable(cost, space, model.Shapes), NetworkCost.OfUniform(cost, model.Shapes, NumberFormat.Int4));
        using var trainer = new Trainer(model, TrainerTests.AdamW, 32, CPU);
        using var journal = new RunJournal();
        var run = new SearchContext(trainer, cost, BatchLoader.Shuffled(new BlobDataSet(128), 16, 1), new BlobDataSet(64, seed: 9), 1, journal);

        var outcome = new OneShotSearch("fliqs", space, budget, new OneShotOptions()).Run(run);

        Assert.Empty(kept);
        Assert.True(budget.Admits(outcome.Assignment!));
        Assert.Equal(budget.Table.Of(outcome.Assignment!), run.CurrentCost(), 1e-12);
        Assert.Equal(4, journal.History.Count);
        Assert.True(run.Validate() > 0.3);
    }

    [Theory]
    [InlineData(RewardRule.Abs, QualitySignal.TrainingLoss, CostGradient.Sampled)]
    [InlineData(RewardRule.OneSided, QualitySignal.TrainingAccuracy, CostGradient.Exact)]
    [InlineData(RewardRule.SoftExponential, QualitySignal.ValidationAccuracy, CostGradient.Sampled)]
    [InlineData(RewardRule.HardExponential, QualitySignal.TrainingAccuracy, CostGradient.Sampled)]
    public void Every_reward_and_signal_ends_within_the_budget(RewardRule reward, QualitySignal quality, CostGradient gradient)
    {
        using var run = new TestRun();
        var options = new OneShotOptions
        {
            Prior = PriorKind.None,
            Reward = reward,
            Quality = quality,
            CostGradient = gradient,
            WarmUp = WarmUpKind.Uniform,
        };
        var outcome = run.Run(new OneShotSearch("fliqs", run.Space, run.Budget, options));
        Assert.True(run.Budget.Admits(outcome.Assignment!));
        var explored = run.Steps.Where(s => s.Phase == "explore").ToList();
        Assert.NotEmpty(explored);
        Assert.All(explored, s => Assert.True(s.Quality is not null && s.Reward is not null && s.Advantage is not null));
        Assert.All(run.Steps.Except(explored), s => Assert.Null(s.Reward));
    }

    [Fact]
    public void Judging_on_held_out_batches_does_not_train_on_them()
    {
        // With a policy that cannot learn, the quality signal must not make a difference to the weights.
        Dictionary<string, byte[]> Weights(QualitySignal quality)
        {
            using var run = new TestRun();
            run.Run(new OneShotSearch("plain", run.Space, run.Budget, OneShotOptions.Plain with { Quality = quality, PolicyLearningRate = 1e-30 }));
            return run.Weights;
        }

        Assert.Equal(Weights(QualitySignal.TrainingLoss), Weights(QualitySignal.ValidationAccuracy));
    }

    [Fact]
    public void Phases_follow_the_shares_and_the_last_one_trains_the_choice()
    {
        using var run = new TestRun();
        var outcome = run.Run(new OneShotSearch(
            "fliqs", run.Space, run.Budget, new OneShotOptions { WarmUpShare = 0.25, FinalShare = 0.5 }));
        Assert.Equal(
            [.. Enumerable.Repeat("warm-up", 6), .. Enumerable.Repeat("explore", 6), .. Enumerable.Repeat("final", 12)],
            run.Steps.Select(s => s.Phase));
        var high = run.Budget.Table.Of(run.Space.Uniform(2));
        Assert.All(run.Steps.Take(6), s => Assert.Equal(high, s.Cost));
        Assert.All(run.Steps.TakeLast(12), s => Assert.Equal(run.Budget.Table.Of(outcome.Assignment!), s.Cost));
        Assert.True(run.Budget.Admits(outcome.Assignment!));
    }
}
