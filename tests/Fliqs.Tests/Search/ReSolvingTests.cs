using Fliqs.Cost;
using Fliqs.Search;
using Fliqs.Storage;
using Fliqs.Tests.Contracts;
using Fliqs.Tests.Storage;

namespace Fliqs.Tests.Search;

public sealed class ReSolvingTests
{
    [Fact]
    public void The_network_of_a_search_gets_the_best_formats_for_another_budget_and_statistics_that_belong_to_them()
    {
        using var temporary = new TemporaryFolder();
        using var search = new TestRun();
        var outcome = search.Run(new OneShotSearch("fliqs", search.Space, search.Budget, new OneShotOptions { WarmUpShare = 0.25, FinalShare = 0.4 }));
        var file = temporary["model.safetensors"];
        ModuleState.Save(search.Model.Network, file);
        var (half, trained) = (new Budget(search.Budget.Table, 0.5 * search.Budget.Limit), search.Weights);

        using var run = new TestRun(seed: 9);
        var solved = run.Run(new ReSolving("fliqs", run.Space, half, outcome.Scores!, file));

        Assert.Empty(run.Steps);
        Assert.Equal(half.Best(outcome.Scores!), solved.Assignment);
        Assert.NotEqual(outcome.Assignment, solved.Assignment);
        Assert.True(run.Cost <= half.Limit * (1 + 1e-9) && run.Cost > 0.5 * half.Limit);
        Assert.Equal(run.Space.FormatsOf(solved.Assignment!), run.Model.Layers.Select(l => l.Layer.Formats));
        foreach (var (name, bytes) in run.Weights)
            Assert.Equal(!name.Contains("running", StringComparison.Ordinal) && !name.EndsWith("tracked", StringComparison.Ordinal), bytes.AsSpan().SequenceEqual(trained[name]));

        using var again = new TestRun(seed: 9);
        again.Run(new ReSolving("fliqs", again.Space, half, outcome.Scores!, file));
        Assert.Equal(run.Weights, again.Weights);
    }
}
