using Fliqs.Cost;
using Fliqs.Policy;
using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>
/// Improves a policy by policy gradient (REINFORCE): its loss is -(R - b) mean_l log pi_l(a_l) + lambda(t) mean_l H(pi_l), and with
/// an exact cost gradient R is the quality alone while the penalty enters as a function of the expected cost.
/// </summary>
public sealed class PolicyLearner
{
    private const int Digits = 3;

    private readonly SearchSpace space;
    private readonly Budget budget;
    private readonly OneShotOptions options;
    private readonly AdamState adam;
    private readonly Baseline baseline;
    private double[][]? charge;

    /// <summary>A learner with a uniform policy.</summary>
    public PolicyLearner(SearchSpace space, Budget budget, OneShotOptions options)
    {
        (this.space, this.budget, this.options) = (space, budget, options);
        Policy = new CategoricalPolicy(space, options.Temperature);
        adam = new AdamState(Policy.Logits);
        baseline = new Baseline(options.BaselineDecay);
    }

    /// <summary>The policy.</summary>
    public CategoricalPolicy Policy { get; }

    /// <summary>Whether a prior has been taken.</summary>
    public bool HasPrior => charge is not null;

    /// <summary>Everything learnt, for a checkpoint.</summary>
    public LearnerState State
    {
        get => new(Policy.Logits, adam.First, adam.Second, adam.Steps, baseline.State.Sum, baseline.State.Count, charge);
        set
        {
            Copy(value.Logits, Policy.Logits);
            Copy(value.First, adam.First);
            Copy(value.Second, adam.Second);
            (adam.Steps, baseline.State, charge) = (value.Steps, (value.BaselineSum, value.BaselineCount), value.Charge);
        }
    }

    /// <summary>Starts the policy from the expected rise of the loss for every option, see <see cref="BoltzmannPrior"/>.</summary>
    public void TakePrior(double[][] expectedRise) =>
        charge = BoltzmannPrior.Set(Policy, budget, expectedRise, options.PriorEntropy);

    /// <summary>
    /// The assignment to ship: the most probable within the budget, without what a prior took for cost, or just the most
    /// probable.
    /// </summary>
    public Assignment Best() => options.KeepBudget ? budget.Best(Scores()) : Policy.MostProbable();

    /// <summary>What every option of every decision is worth whatever it costs: its log-probability, without what a prior took for cost.</summary>
    public double[][] Scores()
    {
        var scores = Policy.LogProbabilities();
        for (var d = 0; charge is not null && d < scores.Length; d++)
            for (var o = 0; o < scores[d].Length; o++)
                scores[d][o] += charge[d][o];
        return scores;
    }

    /// <summary>Learns from the samples of a step.</summary>
    /// <param name="samples">What was drawn from the policy, at least one, with Q of the group of images that used it.</param>
    /// <param name="progress">The share of the exploration that is over, in [0, 1].</param>
    public StepRecord Learn(IReadOnlyList<(Assignment Assignment, double Quality)> samples, double progress)
    {
        var exact = options.CostGradient == CostGradient.Exact;
        var rewards = samples.Select(s => Reward.Of(options.Reward, s.Quality, budget.Of(s.Assignment) / budget.Limit, options.Beta)).ToList();
        var advantages = Advantages(exact ? [.. samples.Select(s => s.Quality)] : rewards);

        var gradient = Zeros();
        var entropyWeight = EntropyWeight.At(options.EntropySchedule, progress, options.EntropyWeight);
        foreach (var ((assignment, _), advantage) in samples.Zip(advantages))
        {
            Policy.AddLogProbabilityGradient(gradient, assignment, -advantage / samples.Count);
            Policy.AddEntropyGradient(gradient, assignment, entropyWeight / samples.Count);
        }

        if (exact)
            AddPenaltyGradient(gradient, options.Beta / gradient.Length);    // the rest of the loss is a mean over decisions, too
        adam.Step(Policy.Logits, gradient, options.PolicyLearningRate);
        return Signals(samples[0].Assignment) with
        {
            Cost = samples.Average(s => budget.Table.Of(s.Assignment)),
            Quality = samples.Average(s => s.Quality),
            Reward = rewards.Average(),
            Advantage = advantages.Average(),
            Policy = Named(),
        };
    }

    /// <summary>Learns from the derivative of the loss by every probability, where that is known; the penalty enters as a function of the expected cost.</summary>
    public void Learn(double[][] lossByProbability)
    {
        var gradient = Zeros();
        Policy.AddExpectationGradient(gradient, lossByProbability, 1);
        AddPenaltyGradient(gradient, options.Beta);
        adam.Step(Policy.Logits, gradient, options.PolicyLearningRate);
    }

    /// <summary>The signals of a step that the policy did not learn from.</summary>
    public StepRecord Signals(Assignment assignment) => new(
        0, "", 0, 0, budget.Table.Of(assignment), budget.Table.Expected(Policy.Probabilities()), Entropy: Policy.MeanEntropy());

    /// <summary>Of one reward over the moving average, itself included; of several over the mean of the others.</summary>
    private List<double> Advantages(List<double> rewards)
    {
        if (rewards is [var only])
            return [baseline.Advantage(only)];
        var mean = rewards.Average();
        return rewards.ConvertAll(r => (r - mean) * rewards.Count / (rewards.Count - 1));
    }

    /// <summary>Adds the derivative of |E[C] / C0 - 1|, or of its positive part, times a weight.</summary>
    private void AddPenaltyGradient(double[][] gradient, double weight)
    {
        var byProbability = Zeros();
        var excess = (budget.Expected(Policy.Probabilities(), byProbability) / budget.Limit) - 1;
        var slope = options.Reward == RewardRule.OneSided && excess < 0 ? 0 : Math.Sign(excess);
        Policy.AddExpectationGradient(gradient, byProbability, weight * slope / budget.Limit);
    }

    /// <summary>The probabilities as records hold them.</summary>
    internal Dictionary<string, IReadOnlyDictionary<string, double>> Named() => space.Decisions.Zip(Policy.Probabilities()).ToDictionary(
        d => d.First.Name,
        d => (IReadOnlyDictionary<string, double>)d.First.Options.Zip(d.Second, (name, p) => (Name: name, P: Math.Round(p, Digits)))
            .Where(o => o.P > 0).ToDictionary(o => o.Name, o => o.P));

    private double[][] Zeros() => [.. Policy.Logits.Select(l => new double[l.Length])];

    private static void Copy(double[][] source, double[][] destination)
    {
        for (var i = 0; i < destination.Length; i++)
            source[i].CopyTo(destination[i], 0);
    }
}
