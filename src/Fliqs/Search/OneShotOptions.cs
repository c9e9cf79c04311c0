using Fliqs.Policy;

namespace Fliqs.Search;

/// <summary>How a one-shot search proceeds. Shares are of all steps of the run.</summary>
public sealed record OneShotOptions
{
    /// <summary>The method as published, see docs/paper-map.md: nothing but policy gradient, and a plain argmax at the end.</summary>
    public static OneShotOptions Plain { get; } = new()
    {
        WarmUp = WarmUpKind.Uniform,
        WarmUpShare = 0.25,
        Prior = PriorKind.None,
        CostGradient = CostGradient.Sampled,
        FinalShare = 0,
        KeepBudget = false,
    };

    /// <summary>The formats of the warm-up.</summary>
    public WarmUpKind WarmUp { get; init; } = WarmUpKind.High;

    /// <summary>The share of steps before the policy begins, in [0, 1).</summary>
    public double WarmUpShare { get; init; } = 0.3;

    /// <summary>What the policy begins with. A Fisher prior is collected in the second half of the warm-up.</summary>
    public PriorKind Prior { get; init; } = PriorKind.FisherBlock;

    /// <summary>The mean entropy of a policy that begins with a prior, as a share of that of a uniform one, in (0, 1).</summary>
    public double PriorEntropy { get; init; } = 0.03;

    /// <summary>The share of steps at the end that train the chosen assignment, in [0, 1 - warm-up].</summary>
    public double FinalShare { get; init; } = 0.6;

    /// <summary>
    /// How many assignments a step of the exploration tries, at least 1, each on a group of the batch. Of several, each is compared with the
    /// mean of the others, a single one with the moving average.
    /// </summary>
    public int Samples { get; init; } = 1;

    /// <summary>Quality Q of a sample.</summary>
    public QualitySignal Quality { get; init; } = QualitySignal.TrainingLoss;

    /// <summary>How quality and cost make a reward.</summary>
    public RewardRule Reward { get; init; } = RewardRule.Abs;

    /// <summary>beta: the weight of the cost, positive.</summary>
    public double Beta { get; init; } = 1;

    /// <summary>How the policy learns about cost. <see cref="CostGradient.Exact"/> needs an additive reward.</summary>
    public CostGradient CostGradient { get; init; } = CostGradient.Exact;

    /// <summary>Adam's learning rate for the policy, positive.</summary>
    public double PolicyLearningRate { get; init; } = 5e-3;

    /// <summary>The temperature of the policy's softmax, positive.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Decay of the moving average of rewards, in [0, 1).</summary>
    public double BaselineDecay { get; init; } = 0.99;

    /// <summary>How the weight of the entropy grows.</summary>
    public EntropySchedule EntropySchedule { get; init; } = EntropySchedule.Cosine;

    /// <summary>The weight of the entropy at the end, not negative.</summary>
    public double EntropyWeight { get; init; } = 0.5;

    /// <summary>Whether the result is the most probable assignment within the budget, or the most probable one whatever it costs.</summary>
    public bool KeepBudget { get; init; } = true;

    /// <summary>Checks that warm-up and final share leave the run whole.</summary>
    /// <exception cref="InputException">They exceed it.</exception>
    internal void CheckShares()
    {
        if (WarmUpShare + FinalShare > 1)
            throw new InputException($"warm-up {WarmUpShare} and final share {FinalShare} together exceed the run");
        if (Prior == PriorKind.None && WarmUpShare + FinalShare > 1 - 1e-9)
            throw new InputException(
                $"warm-up {WarmUpShare} and final share {FinalShare} leave no step to search in, and there is no prior to choose by; lower one of them");
    }
}
