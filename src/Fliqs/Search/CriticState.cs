namespace Fliqs.Search;

/// <summary>What a critic has seen.</summary>
/// <param name="Sums">Sum over the steps, for every option of every decision.</param>
/// <param name="Steps">Number of steps.</param>
public sealed record CriticState(double[][] Sums, int Steps);
