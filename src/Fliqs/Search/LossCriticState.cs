namespace Fliqs.Search;

/// <summary>What a critic of losses has seen.</summary>
/// <param name="Sums">Sum of the losses over their moving average, for every option of every decision, and for every format last.</param>
/// <param name="Counts">Number of steps that had the option.</param>
/// <param name="Squares">Sum of the squares over all steps, relative to the average of the same format.</param>
/// <param name="BaselineSums">The uncorrected moving averages of the loss, of every format and of all.</param>
/// <param name="BaselineCounts">The number of losses in each.</param>
public sealed record LossCriticState(double[][] Sums, int[][] Counts, double Squares, double[] BaselineSums, int[] BaselineCounts);
