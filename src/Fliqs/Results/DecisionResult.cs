using Fliqs.Search;
using Fliqs.Space;

namespace Fliqs.Results;

/// <summary>A decision of a search.</summary>
/// <param name="Name">Unique in the search.</param>
/// <param name="Layers">The layers whose weights or input it gives a format; several where they share it.</param>
/// <param name="Choice">The option that was chosen; null where it has no effect, since its block is skipped.</param>
/// <param name="Scores">
/// What every option is worth whatever it costs: the choice has the greatest sum over all decisions within the budget. Null where the
/// method has learnt nothing of the kind.
/// </param>
public sealed record DecisionResult(string Name, IReadOnlyList<string> Layers, string? Choice, IReadOnlyDictionary<string, double>? Scores)
{
    /// <summary>The decisions of a space and what came of them; null where nothing was chosen.</summary>
    public static IReadOnlyList<DecisionResult>? Of(SearchSpace space, SearchOutcome outcome) => outcome.Assignment is not { } chosen
        ? null
        : [.. space.Decisions.Select((decision, d) => new DecisionResult(
            decision.Name,
            [.. space.Layers.Where(l => l.Weight == d || l.Activation == d).Select(l => l.Layer)],
            space.IsActive(d, chosen) ? decision.Options[chosen[d]] : null,
            outcome.Scores is { } scores ? decision.Options.Zip(scores[d]).ToDictionary(o => o.First, o => o.Second) : null))];
}
