namespace Fliqs.Search;

/// <summary>What a critic has seen.</summary>
/// <param name="Sums">Sum over the steps, for every option of every decision.</param>
/// <param name="Steps">Number of steps.</param>
/// <param name="Seen">Number of steps in which the decision had an effect, for every decision.</param>
public sealed record CriticState(double[][] Sums, int Steps, int[] Seen);
