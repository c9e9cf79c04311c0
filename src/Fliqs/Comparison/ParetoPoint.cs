namespace Fliqs.Comparison;

/// <summary>What a method reached within a budget, over the seeds: a point in the plane of cost and accuracy.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The budget as it was written.</param>
/// <param name="Limit">The budget in the unit of the cost.</param>
/// <param name="Runs">Complete runs; a point without one has neither cost nor accuracy.</param>
/// <param name="Missing">Runs that failed or have not been made.</param>
/// <param name="Cost">Mean cost of the formats, in the unit of the cost.</param>
/// <param name="Accuracy">Mean test accuracy, 0 to 1.</param>
/// <param name="Deviation">Its standard deviation over the runs (of a sample); null with fewer than two.</param>
/// <param name="ReSolvedFrom">
/// The budget of the searches that these formats were solved from without training; null for a point that was trained.
/// </param>
/// <param name="OnMethodFront">Whether no point of the same method has as much accuracy at no more cost.</param>
/// <param name="OnFront">The same among the points of all methods.</param>
public sealed record ParetoPoint(
    string Method,
    string Target,
    double Limit,
    int Runs,
    int Missing,
    double? Cost,
    double? Accuracy,
    double? Deviation,
    string? ReSolvedFrom = null,
    bool OnMethodFront = false,
    bool OnFront = false);
