namespace Fliqs.Comparison;

/// <summary>One run in a comparison's report.</summary>
/// <param name="Name">Method, target and seed.</param>
/// <param name="Method">The method.</param>
/// <param name="Target">The budget as it was written; null for the reference, which has none.</param>
/// <param name="Command">The command that makes it.</param>
/// <param name="Accuracy">Test accuracy, 0 to 1; null where there is no result.</param>
/// <param name="Cost">The cost of its formats; null where there is no result.</param>
/// <param name="Failure">Why there is no result; null where there is one, or where the run has not been made.</param>
public sealed record ComparisonRun(
    string Name, string Method, string? Target, string Command, double? Accuracy, double? Cost, string? Failure);
