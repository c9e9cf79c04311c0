using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Space;
using Fliqs.Training;

namespace Fliqs.Search;

/// <summary>
/// FLIQS: one run that trains shared weights and a policy over formats together and ends with both; FLIQNAS: the same over formats
/// and architecture. Warm up; then let every step try an assignment drawn from the policy, and the policy learn from how that went;
/// then settle on the best assignment within the budget and train what is left of the run in it. (Dotzel et al., arXiv 2308.03290, and docs/paper-map.md.)
/// </summary>
public sealed class OneShotSearch : ISearchMethod
{
    private readonly SearchSpace space;
    private readonly Budget budget;
    private readonly OneShotOptions options;

    /// <summary>A search over a space within a budget.</summary>
    /// <exception cref="InputException">The options contradict each other.</exception>
    public OneShotSearch(string name, SearchSpace space, Budget budget, OneShotOptions options)
    {
        options.CheckShares();
        if (options.Prior != PriorKind.None && options.WarmUpShare == 0)
            throw new InputException("a Fisher prior is collected during the warm-up, which is 0; set warmup above 0 or prior to none");
        if (options.Reward is RewardRule.SoftExponential or RewardRule.HardExponential
            && (options.Quality == QualitySignal.TrainingLoss || options.CostGradient == CostGradient.Exact))
            throw new InputException(
                "an exponential reward multiplies quality and cost: set quality to training-accuracy or validation-accuracy, and cost-gradient to sampled");
        (Name, this.space, this.budget, this.options) = (name, space, budget, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SearchOutcome Run(SearchContext run)
    {
        var critic = new FisherCritic(space, run.Model, options.Prior == PriorKind.FisherBlock);
        var losses = new LossCritic(space, budget.Table, run.Model.Shapes);
        var settles = space.HasArchitecture && options.Prior != PriorKind.None;
        var state = run.Resumed<SavedState>();
        var (architecture, chosen) = (Saved(state?.Architecture), Saved(state?.Chosen));
        var learner = NewLearner(architecture);
        if (state is not null)
            (learner.State, critic.State, losses.State) = (state.Learner, state.Critic, state.Losses);

        var schedule = new PhaseSchedule(options, run.Trainer.TotalSteps);
        var phase = Phase.WarmUp;
        foreach (var step in run.Steps(ApplyIncumbent, Snapshot))
        {
            phase = schedule.At(step.Index);
            if (settles && architecture is null && !schedule.TriesArchitectures(step.Index))
                learner = NewLearner(architecture = losses.Best(budget));
            if (phase != Phase.WarmUp && critic.State.Steps > 0 && !learner.HasPrior)
                learner.TakePrior(ExpectedRise());
            if (phase == Phase.Final)
                chosen ??= Best();

            Assignment[] tried = phase switch
            {
                Phase.WarmUp => [WarmUpAssignment(step, run.Seed, architecture)],
                Phase.Explore => [.. Samples(learner.Policy, Stream(run.Seed, step.Index)).Select(InArchitecture)],
                _ => [chosen!],
            };
            using var collecting = schedule.Collects(step.Index) ? critic.Attach(step.Batch.Labels.shape[0]) : null;
            var outcomes = run.Trainer.Step(step.Batch, step.Index, [.. tried.Select(a => (Action)(() => run.Model.Apply(space, a)))]);
            if (collecting is not null && !critic.IsFinite)
                throw new DivergedException(step.Index, "a gradient is beyond all numbers");
            if (settles && architecture is null)
                losses.Observe(tried[0], outcomes[0].Loss);
            var signals = phase == Phase.Explore
                ? learner.Learn([.. tried.Zip(outcomes, (a, o) => (a, Quality(run, step, a, o)))], schedule.ExploreProgress(step.Index))
                : learner.Signals(tried[0]);
            run.Record(signals with
            {
                Step = step.Index,
                Phase = phase.Name(),
                Loss = outcomes.Average(o => o.Loss),
                Accuracy = outcomes.Average(o => o.Accuracy),
            });
        }

        chosen ??= Best();
        run.Model.Apply(space, chosen);
        return new SearchOutcome(chosen, learner.Scores());

        Assignment Best() => InArchitecture(learner.Best());

        // What is settled stays so, however undecided a policy of few formats is left by the entropy that the prior is given.
        Assignment InArchitecture(Assignment assignment) => architecture is null ? assignment : InFormats(architecture, assignment);

        Assignment Incumbent() =>
            chosen ?? (phase != Phase.WarmUp || options.WarmUp != WarmUpKind.High ? Best() : InFormats(architecture ?? space.High, space.High));

        // While architectures change from step to step, running statistics are of a mixture of them.
        void ApplyIncumbent()
        {
            run.Model.Apply(space, Incumbent());
            if (space.HasArchitecture && chosen is null)
                run.Recalibrate();
        }

        double[][] ExpectedRise()
        {
            var rise = critic.ExpectedRise();
            return architecture is null ? rise : Keep(architecture, rise);
        }

        object Snapshot() => new SavedState(
            learner.State, critic.State, losses.State, architecture?.AsSpan().ToArray(), chosen?.AsSpan().ToArray());
    }

    /// <summary>A learner of everything, or of the formats in an architecture that is settled on.</summary>
    private PolicyLearner NewLearner(Assignment? architecture) => new(
        space, architecture is null ? budget : budget.Settle(architecture, [.. space.Decisions.Index().Where(d => d.Item.Kind != DecisionKind.Format).Select(d => d.Index)]), options);

    /// <summary>Architectures are drawn uniformly until one is settled on, so that all paths are trained.</summary>
    private Assignment WarmUpAssignment(RunStep step, long seed, Assignment? architecture)
    {
        var random = Stream(seed, step.Index);
        var drawn = new Assignment([.. space.Decisions.Select(d => random.NextInt(d.Options.Count))]);
        return InFormats(architecture ?? drawn, options.WarmUp == WarmUpKind.High ? space.High : drawn);
    }

    /// <summary>The architecture of one assignment in the formats of another.</summary>
    private Assignment InFormats(Assignment architecture, Assignment formats) =>
        new([.. space.Decisions.Select((decision, d) => decision.Kind == DecisionKind.Format ? formats[d] : architecture[d])]);

    /// <summary>Makes every other architecture worse than any formats could make good.</summary>
    private double[][] Keep(Assignment architecture, double[][] rise)
    {
        var most = 1 + rise.Sum(r => r.Max());
        return [.. rise.Select((r, d) => space.Decisions[d].Kind == DecisionKind.Format ? r : [.. r.Select((_, o) => o == architecture[d] ? 0 : most)])];
    }

    private static Assignment? Saved(int[]? options) => options is null ? null : new Assignment(options);

    private Assignment[] Samples(CategoricalPolicy policy, RandomStream random) => [.. Enumerable.Range(0, options.Samples).Select(_ => policy.Sample(random))];

    private double Quality(SearchContext run, RunStep step, Assignment assignment, StepOutcome outcome) => options.Quality switch
    {
        QualitySignal.TrainingLoss => -outcome.Loss,
        QualitySignal.TrainingAccuracy => outcome.Accuracy,
        QualitySignal.ValidationAccuracy => Validated(run, step, assignment),
        _ => throw new InvalidOperationException($"{options.Quality}"),
    };

    /// <summary>All samples of a step are judged on the same images.</summary>
    private double Validated(SearchContext run, RunStep step, Assignment assignment)
    {
        run.Model.Apply(space, assignment);
        return run.ValidateOnBatch(step.Index);
    }

    private static RandomStream Stream(long seed, int step) => new(seed, 0x706F6C, step);

    private sealed record SavedState(LearnerState Learner, CriticState Critic, LossCriticState Losses, int[]? Architecture, int[]? Chosen);
}
