using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>What a method hands back: the formats that the network has been trained for, set on its layers.</summary>
/// <param name="Assignment">The choice; null where the formats were given and nothing was chosen.</param>
/// <param name="Scores">
/// What the choice was made by: of all assignments within the budget it has the greatest sum of these, one for every option of every
/// decision; of a method that keeps no budget, of all. Null for a method that has learnt nothing of the kind.
/// </param>
public sealed record SearchOutcome(Assignment? Assignment, double[][]? Scores = null);
