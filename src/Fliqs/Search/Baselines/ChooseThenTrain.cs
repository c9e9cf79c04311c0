using Fliqs.Space;

namespace Fliqs.Search.Baselines;

/// <summary>
/// Trains in high precision for a share of the run, chooses an assignment for the network as it then is, and trains that for what is
/// left. How it chooses makes the method: by a rule, among random assignments, by the curvature of the loss.
/// </summary>
public sealed class ChooseThenTrain : ISearchMethod
{
    private readonly SearchSpace space;
    private readonly double warmUpShare;
    private readonly Func<SearchContext, SearchOutcome> choose;

    /// <summary>A method that chooses once.</summary>
    /// <param name="name">The name in results.</param>
    /// <param name="space">What is chosen from.</param>
    /// <param name="warmUpShare">The share of steps before the choice, in <see cref="SearchSpace.High"/>; in [0, 1).</param>
    /// <param name="choose">
    /// Makes the choice from the network after the warm-up. It may set formats; weights and statistics have to stay as they are, and
    /// it has to choose alike when it is asked again.
    /// </param>
    public ChooseThenTrain(string name, SearchSpace space, double warmUpShare, Func<SearchContext, SearchOutcome> choose) =>
        (Name, this.space, this.warmUpShare, this.choose) = (name, space, warmUpShare, choose);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SearchOutcome Run(SearchContext run)
    {
        var warmUpSteps = PhaseSchedule.WarmUpSteps(warmUpShare, run.Trainer.TotalSteps);
        var chosen = run.Resumed<SavedState>() is { Chosen: { } saved } state ? new SearchOutcome(new Assignment(saved), state.Scores) : null;
        foreach (var step in run.Steps(ApplyIncumbent, () => new SavedState(chosen?.Assignment!.AsSpan().ToArray(), chosen?.Scores)))
        {
            if (step.Index >= warmUpSteps)
                chosen ??= choose(run);
            ApplyIncumbent();
            var outcome = run.Trainer.Step(step.Batch, step.Index);
            run.Record(new StepRecord(
                step.Index, chosen is null ? "warm-up" : "final", outcome.Loss, outcome.Accuracy, run.CurrentCost()));
        }

        chosen ??= choose(run);
        ApplyIncumbent();
        return chosen;

        void ApplyIncumbent() => run.Model.Apply(space, chosen?.Assignment ?? space.High);
    }

    private sealed record SavedState(int[]? Chosen, double[][]? Scores);
}
