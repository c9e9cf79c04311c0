using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Search.Baselines;

/// <summary>
/// Mixed precision by the rule that practitioners follow: the first and the last layer stay wide, at the most bits up to 8, and all
/// others get the same narrow format. What that leaves of the budget raises them by one format, the cheapest layer first, so
/// that the largest layers are the narrowest. Where the budget is too small for wide ends these are narrowed first; where it is
/// ample the ends are raised with the rest. Of floats with equally many bits the one is taken that has half of them in its exponent, as the
/// standard ones do: E2M1, E3M2, E4M3 (OCP Microscaling Formats, 1.0); of others the first in the space.
/// </summary>
public static class ManualPrecision
{
    /// <summary>The assignment of the rule.</summary>
    /// <exception cref="InputException">The narrowest format everywhere exceeds the budget.</exception>
    public static Assignment Choose(SearchSpace space, Budget budget)
    {
        var levels = space.Formats.Index().OrderBy(f => f.Item.Bits)
            .ThenBy(f => f.Item is MiniFloatFormat { ExponentBits: var exponent, Bits: var bits } && exponent != (int)bits / 2)
            .DistinctBy(f => f.Item.Bits).ToList();
        var searched = space.Layers.Where(l => l.Pinned is null).ToList();
        int[] ends = [searched[0].Weight, searched[0].Activation, searched[^1].Weight, searched[^1].Activation];
        var narrow = space.Uniform(levels[0].Index);
        var wide = SearchSpace.HighPrecision(space.Formats).Bits;
        var assignment = levels.Where(l => l.Item.Bits <= wide).Reverse()
            .Select(l => Set(narrow, ends, l.Index)).FirstOrDefault(budget.Admits)
            ?? throw new InputException($"the target is below the cost of {levels[0].Item} everywhere, which manual precision begins with");
        foreach (var (index, format) in levels)
        {
            // One decision, or the two on the weights and activations of the same layers.
            var raised = searched.Select(l => l.Decisions).DistinctBy(d => d[0])
                .Where(d => space.Formats[assignment[d[0]]].Bits < format.Bits)
                .OrderBy(d => budget.Table.Of(Set(assignment, d, index))).ToList();
            foreach (var decisions in raised)
            {
                if (Set(assignment, decisions, index) is var next && budget.Admits(next))
                    assignment = next;
                else
                    return assignment;
            }
        }

        return assignment;
    }

    private static Assignment Set(Assignment assignment, IEnumerable<int> decisions, int option) =>
        decisions.Aggregate(assignment, (a, d) => a.With(d, option));
}
