using Fliqs.Space;

namespace Fliqs.Search.Baselines;

/// <summary>Trains in formats that are given: uniform precision, or the assignment of an earlier search.</summary>
public sealed class FixedFormats : ISearchMethod
{
    private readonly IReadOnlyDictionary<string, LayerFormats> formats;
    private readonly double warmUpShare;
    private readonly LayerFormats warmUp;

    /// <summary>Trains in <paramref name="formats"/>.</summary>
    /// <param name="name">The name in results.</param>
    /// <param name="formats">The formats of every layer.</param>
    /// <param name="warmUpShare">The share of steps at the start that are trained in another format, in [0, 1); 0 for none.</param>
    /// <param name="warmUp">That format, of all layers that are not pinned.</param>
    public FixedFormats(string name, IReadOnlyDictionary<string, LayerFormats> formats, double warmUpShare, LayerFormats warmUp) =>
        (Name, this.formats, this.warmUpShare, this.warmUp) = (name, formats, warmUpShare, warmUp);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SearchOutcome Run(SearchContext run)
    {
        var warmUpSteps = PhaseSchedule.WarmUpSteps(warmUpShare, run.Trainer.TotalSteps);
        foreach (var step in run.Steps(() => run.Model.Apply(formats), () => new object()))
        {
            if (step.Index < warmUpSteps)
                run.Model.ApplyUniform(warmUp);
            else
                run.Model.Apply(formats);
            var outcome = run.Trainer.Step(step.Batch, step.Index);
            run.Record(new StepRecord(
                step.Index, step.Index < warmUpSteps ? "warm-up" : "final", outcome.Loss, outcome.Accuracy, run.CurrentCost()));
        }

        run.Model.Apply(formats);
        return new SearchOutcome(null);
    }
}
