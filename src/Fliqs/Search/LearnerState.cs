namespace Fliqs.Search;

/// <summary>What a policy has learnt, for a checkpoint.</summary>
/// <param name="Logits">Theta.</param>
/// <param name="First">Adam's first moments.</param>
/// <param name="Second">Adam's second moments.</param>
/// <param name="Steps">Adam's steps.</param>
/// <param name="BaselineSum">The uncorrected moving average of rewards.</param>
/// <param name="BaselineCount">The number of rewards in it.</param>
/// <param name="Charge">What a prior took from the log-probabilities for cost; null without a prior.</param>
public sealed record LearnerState(
    double[][] Logits, double[][] First, double[][] Second, int Steps, double BaselineSum, int BaselineCount, double[][]? Charge);
