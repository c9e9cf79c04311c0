namespace Fliqs.Results;

/// <summary>A further cost that was limited.</summary>
/// <param name="Cost">That of the formats found.</param>
/// <param name="Target">The limit.</param>
/// <param name="Unit">Of both.</param>
public sealed record LimitResult(double Cost, double Target, string Unit);
