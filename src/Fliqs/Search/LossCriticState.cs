namespace Fliqs.Search;

/// <summary>What a critic of losses has seen.</summary>
/// <param name="Sums">Sum of the losses over their moving average, for every option of every decision, and for every format last.</param>
/// <param name="Sizes">Sum of the logarithm of the cost of the architecture, likewise.</param>
/// <param name="Counts">Number of steps that had the option.</param>
/// <param name="Moments">Of losses, relative to the average of the same format, and sizes over all steps.</param>
/// <param name="BaselineSums">The uncorrected moving averages of the loss, of every format and of all.</param>
/// <param name="BaselineCounts">The number of losses in each.</param>
public sealed record LossCriticState(
    double[][] Sums, double[][] Sizes, int[][] Counts, LossMoments Moments, double[] BaselineSums, int[] BaselineCounts);
