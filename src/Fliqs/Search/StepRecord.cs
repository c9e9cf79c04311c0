namespace Fliqs.Search;

/// <summary>
/// The signals of a step, a line of <c>metrics.jsonl</c>. What a method does not have is null; where a step tries several assignments, all are means.
/// </summary>
/// <param name="Step">From 0.</param>
/// <param name="Phase">What the method was doing: warm-up, explore or final.</param>
/// <param name="Loss">Training loss of the batch, nats.</param>
/// <param name="Accuracy">Training accuracy of the batch, 0 to 1.</param>
/// <param name="Cost">Cost of the formats of this step.</param>
/// <param name="ExpectedCost">Expected cost under the policy.</param>
/// <param name="Quality">The quality that the reward was made of.</param>
/// <param name="Reward">The reward.</param>
/// <param name="Advantage">The reward over its baseline; the mean of several is 0.</param>
/// <param name="Entropy">Mean entropy of the decisions, nats.</param>
/// <param name="Policy">
/// The probability of the options of every decision after the step, by name, to three digits and without those that are 0; in about
/// a hundred steps of a run.
/// </param>
public sealed record StepRecord(
    int Step,
    string Phase,
    double Loss,
    double Accuracy,
    double? Cost = null,
    double? ExpectedCost = null,
    double? Quality = null,
    double? Reward = null,
    double? Advantage = null,
    double? Entropy = null,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>>? Policy = null);
