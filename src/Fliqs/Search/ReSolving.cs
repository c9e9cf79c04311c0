using Fliqs.Cost;
using Fliqs.Space;
using Fliqs.Storage;

namespace Fliqs.Search;

/// <summary>
/// Chooses formats for another budget from what an earlier search has learnt, in the network that it has trained. Nothing is trained; only
/// the statistics of batch norms are measured anew, since they belong to the formats.
/// </summary>
public sealed class ReSolving : ISearchMethod
{
    private readonly SearchSpace space;
    private readonly Budget budget;
    private readonly double[][] scores;
    private readonly string weights;

    /// <summary>Solves an earlier search anew.</summary>
    /// <param name="name">The name of its method.</param>
    /// <param name="space">Its space.</param>
    /// <param name="budget">The new budget.</param>
    /// <param name="scores">What it has learnt, see <see cref="SearchOutcome.Scores"/>.</param>
    /// <param name="weights">The safetensors file of its network.</param>
    public ReSolving(string name, SearchSpace space, Budget budget, double[][] scores, string weights) =>
        (Name, this.space, this.budget, this.scores, this.weights) = (name, space, budget, scores, weights);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SearchOutcome Run(SearchContext run)
    {
        run.Note("solved anew, not trained: batch norms take their statistics from training images in the new formats");
        ModuleState.Load(run.Model.Network, weights);
        run.Trainer.RestartAverage();
        var chosen = budget.Best(scores);
        run.Model.Apply(space, chosen);
        run.Recalibrate();
        return new SearchOutcome(chosen, scores);
    }
}
