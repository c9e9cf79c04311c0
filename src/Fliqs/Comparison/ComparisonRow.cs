namespace Fliqs.Comparison;

/// <summary>What a method reached within a budget, over the seeds.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The budget; null for the reference, which has none.</param>
/// <param name="Runs">Complete runs.</param>
/// <param name="Missing">Runs that failed or have not been made.</param>
/// <param name="Accuracy">Mean test accuracy, 0 to 1; null without a run.</param>
/// <param name="Deviation">Its standard deviation over the runs (of a sample); null with fewer than two.</param>
/// <param name="ValidationAccuracy">Mean accuracy on the images held out for validation.</param>
/// <param name="LeastCost">The least cost of a run over the budget; null without a budget.</param>
/// <param name="GreatestCost">The greatest.</param>
/// <param name="GapRecovered">
/// (accuracy - uniform) / (BF16 - uniform) of the means: 0 is uniform precision, 1 is BF16. Null where one of them is missing, or
/// where BF16 is not above uniform precision.
/// </param>
/// <param name="Seconds">Mean wall-clock seconds of a run.</param>
/// <param name="PeakMemory">Greatest peak of resident memory of a run, bytes.</param>
public sealed record ComparisonRow(
    string Method,
    string? Target,
    int Runs,
    int Missing,
    double? Accuracy,
    double? Deviation,
    double? ValidationAccuracy,
    double? LeastCost,
    double? GreatestCost,
    double? GapRecovered,
    double? Seconds,
    long? PeakMemory);
