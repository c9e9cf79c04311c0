namespace Fliqs.Comparison;

/// <summary>
/// The point that hypervolumes are measured from. It depends on what was asked and not on what came of it, so that hypervolumes of
/// the same targets can be compared.
/// </summary>
/// <param name="Cost">The greatest budget, in the unit of the cost.</param>
/// <param name="Accuracy">That of guessing, 1 / classes.</param>
public sealed record ParetoReference(double Cost, double Accuracy);
