using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>What a method hands back: the formats that the network has been trained for, set on its layers.</summary>
/// <param name="Assignment">The choice; null where the formats were given and nothing was chosen.</param>
public sealed record SearchOutcome(Assignment? Assignment);
