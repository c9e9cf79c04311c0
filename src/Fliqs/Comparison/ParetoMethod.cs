namespace Fliqs.Comparison;

/// <summary>A method over all budgets.</summary>
/// <param name="Method">The method.</param>
/// <param name="Hypervolume">
/// The area that the method's points dominate over binary logarithm of the cost and accuracy, from <see cref="ParetoReference"/>: the
/// accuracy above guessing that is reached at most, added up over octaves of cost. Null without a run.
/// </param>
public sealed record ParetoMethod(string Method, double? Hypervolume);
