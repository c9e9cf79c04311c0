namespace Fliqs.Policy;

/// <summary>
/// The exponential moving average of the reward that a reward is compared with, corrected for its start at zero as in Adam.
/// </summary>
public sealed class Baseline
{
    private readonly double decay;

    /// <summary>An average that forgets by <paramref name="decay"/> a step, in [0, 1).</summary>
    public Baseline(double decay) => this.decay = decay;

    /// <summary>The uncorrected sum and how many rewards it has seen, for a checkpoint.</summary>
    public (double Sum, int Count) State { get; set; }

    /// <summary>The bias-corrected average; 0 before the first reward.</summary>
    public double Value => State.Count == 0 ? 0 : State.Sum / (1 - Math.Pow(decay, State.Count));

    /// <summary>Takes a reward in and returns its advantage over the average, itself included.</summary>
    public double Advantage(double reward)
    {
        State = ((decay * State.Sum) + ((1 - decay) * reward), State.Count + 1);
        return reward - Value;
    }
}
