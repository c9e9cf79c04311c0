using Fliqs.Config;
using Fliqs.Search;

namespace Fliqs.Tests.Contracts;

public sealed class DifferentiableContract : SearchMethodContract
{
    private protected override ISearchMethod Create(TestRun run) =>
        ConfiguredMethod.Create(new RunConfig { Method = "differentiable", Warmup = 0.25, Final = 0.4 }, run.Space, run.Budget);

    /// <summary>Its most probable options alone cost about half.</summary>
    [Fact]
    public void The_budget_is_filled()
    {
        using var run = new TestRun();
        run.Run(Create(run));
        Assert.InRange(run.Cost / run.Budget.Limit, 0.95, 1 + 1e-9);
    }

    [Fact]
    public void With_retraining_on_top_the_second_half_trains_the_choice()
    {
        using var run = new TestRun();
        run.Run(ConfiguredMethod.Create(new RunConfig { Method = "differentiable", Warmup = 0.5, Retrain = true }, run.Space, run.Budget));
        Assert.Equal(
            [("warm-up", 6), ("explore", 6), ("final", 12)], run.Steps.GroupBy(s => s.Phase).Select(g => (g.Key, g.Count())));
        Assert.Equal(2, RunDefaults.TrainingOptions(RunDefaults.Resolve(new RunConfig { Retrain = true })).Cycles);
    }
}
