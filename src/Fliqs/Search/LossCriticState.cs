namespace Fliqs.Search;

/// <summary>What a critic of losses has seen.</summary>
/// <param name="Sums">Sum of the losses over their moving average, for every option of every decision on the architecture.</param>
/// <param name="Sizes">Sum of the logarithm of the size of the architecture, likewise.</param>
/// <param name="Counts">Number of steps that had the option.</param>
/// <param name="Moments">Of losses, relative to their moving average, and sizes over all steps.</param>
/// <param name="BaselineSum">The uncorrected moving average of the loss.</param>
/// <param name="BaselineCount">The number of losses in it.</param>
public sealed record LossCriticState(
    double[][] Sums, double[][] Sizes, int[][] Counts, LossMoments Moments, double BaselineSum, int BaselineCount);
