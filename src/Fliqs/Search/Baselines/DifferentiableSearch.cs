using Fliqs.Cost;
using Fliqs.Models;
using Fliqs.Policy;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Training;
using static TorchSharp.torch;

namespace Fliqs.Search.Baselines;

/// <summary>
/// Differentiable search as in EdMIPS (Cai, Vasconcelos, CVPR 2020): while it searches, every layer computes in all formats at once,
/// weighted by the policy's probabilities, for weights and for activations, and the probabilities learn by gradient descent on the
/// training loss plus beta |E[C] / C0 - 1|. Afterwards the most probable assignment that fills the budget is trained. It needs the
/// memory of all branches: a rounded copy of every activation for each format.
/// </summary>
public sealed class DifferentiableSearch : ISearchMethod
{
    private const double Filled = 0.98;
    private const int Bisections = 12;

    private readonly SearchSpace space;
    private readonly Budget budget;
    private readonly OneShotOptions options;

    /// <summary>A search over a space within a budget.</summary>
    /// <param name="name">The name in results.</param>
    /// <param name="space">The options of every layer.</param>
    /// <param name="budget">What the result keeps.</param>
    /// <param name="options">Of them the shares of the phases, beta, temperature and learning rate of the policy. There is no prior.</param>
    /// <exception cref="InputException">The shares exceed the run, or leave nothing of it to search in.</exception>
    public DifferentiableSearch(string name, SearchSpace space, Budget budget, OneShotOptions options)
    {
        (Name, this.space, this.budget, this.options) = (name, space, budget, options with { Prior = PriorKind.None });
        this.options.CheckShares();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public SearchOutcome Run(SearchContext run)
    {
        var learner = new PolicyLearner(space, budget, options);
        Assignment? chosen = null;
        if (run.Resumed<SavedState>() is { } state)
            (learner.State, chosen) = (state.Learner, state.Chosen is { } c ? new Assignment(c) : null);

        var schedule = new PhaseSchedule(options, run.Trainer.TotalSteps);
        foreach (var step in run.Steps(() => run.Model.Apply(space, chosen ?? budget.Best(Scores(learner))), Snapshot))
        {
            var phase = schedule.At(step.Index);
            if (phase == Phase.Final)
                chosen ??= budget.Best(Scores(learner));
            var record = phase == Phase.Explore ? Mixed(run, step, learner) : Plain(run, step, learner, chosen ?? space.High);
            run.Record(record with { Step = step.Index, Phase = phase.Name() });
        }

        chosen ??= budget.Best(Scores(learner));
        run.Model.Apply(space, chosen);
        return new SearchOutcome(chosen, Scores(learner));

        object Snapshot() => new SavedState(learner.State, chosen?.AsSpan().ToArray());
    }

    /// <summary>
    /// The log-probabilities, with as little of the pressure on the cost taken back as fills the budget. It is what the method's authors
    /// do by hand when they set the weight of the cost: while the mixture is spread out, it can cost more than the target in the
    /// mean and far less in its most probable options.
    /// </summary>
    private double[][] Scores(PolicyLearner learner)
    {
        var scores = learner.Scores();
        var costs = scores.Select(s => new double[s.Length]).ToArray();
        budget.Table.Expected(learner.Policy.Probabilities(), costs);
        var most = budget.Table.Of(budget.Best(costs));    // coarse options may leave much of a budget unused
        if (Fills(0))
            return scores;
        var (low, high) = (0.0, 0.1 / budget.Limit);
        while (!Fills(high) && high < 1e4 / budget.Limit)
            (low, high) = (high, 2 * high);
        for (var i = 0; i < Bisections; i++)
        {
            var price = (low + high) / 2;
            if (Fills(price))
                high = price;
            else
                low = price;
        }

        return At(high);

        double[][] At(double price) => [.. scores.Zip(costs, (s, c) => s.Zip(c, (score, cost) => score + (price * cost)).ToArray())];

        bool Fills(double price) => budget.Table.Of(budget.Best(At(price))) >= Filled * most;
    }

    private StepRecord Plain(SearchContext run, RunStep step, PolicyLearner learner, Assignment assignment)
    {
        run.Model.Apply(space, assignment);
        var outcome = run.Trainer.Step(step.Batch, step.Index);
        return learner.Signals(assignment) with { Loss = outcome.Loss, Accuracy = outcome.Accuracy };
    }

    /// <summary>A step of weights and policy together in the mixture of all formats.</summary>
    private StepRecord Mixed(SearchContext run, RunStep step, PolicyLearner learner)
    {
        using var scope = NewDisposeScope();
        var shares = learner.Policy.Probabilities()
            .Select(p => tensor(Array.ConvertAll(p, v => (float)v), device: run.Model.Layers[0].Layer.weight.device, requires_grad: true)).ToArray();
        var expected = budget.Table.Expected(learner.Policy.Probabilities());
        run.Model.Apply(space, space.High);    // which gives pinned layers their format
        StepOutcome outcome;
        using (Mix(run.Model, shares))
            outcome = run.Trainer.Step(step.Batch, step.Index);
        learner.Learn([.. shares.Select(s => Array.ConvertAll(s.grad!.cpu().data<float>().ToArray(), v => (double)v))]);
        return new StepRecord(0, "", outcome.Loss, outcome.Accuracy, expected, expected, Entropy: learner.Policy.MeanEntropy(), Policy: learner.Named());
    }

    private Unmixing Mix(QuantizedModel model, Tensor[] shares)
    {
        foreach (var (binding, (_, layer)) in space.Layers.Zip(model.Layers).Where(l => l.First.Pinned is null))
            layer.Mixture = new FormatMixture(space.Formats, shares[binding.Weight], shares[binding.Activation]);
        return new Unmixing(model);
    }

    private sealed class Unmixing(QuantizedModel model) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (_, layer) in model.Layers)
                layer.Mixture = null;
        }
    }

    private sealed record SavedState(LearnerState Learner, int[]? Chosen);
}
