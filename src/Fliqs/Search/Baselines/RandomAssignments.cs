using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Search.Baselines;

/// <summary>
/// Random search: the best of several random assignments within the budget. Each is judged without training, by the accuracy that
/// the network as it stands has in it on up to 1,024 validation images, normalised by the statistics of their batches.
/// </summary>
public static class RandomAssignments
{
    private const int JudgedBatches = 8;

    /// <summary>Draws assignments and chooses the one that is judged best, the first of equals.</summary>
    /// <param name="run">The network and the validation images.</param>
    /// <param name="space">What to draw from.</param>
    /// <param name="budget">The limit.</param>
    /// <param name="count">The number of assignments to draw, at least 1.</param>
    public static Assignment Choose(SearchContext run, SearchSpace space, Budget budget, int count) =>
        Enumerable.Range(0, count).Select(i => Draw(space, budget, new RandomStream(run.Seed, 0x72616E, i))).MaxBy(assignment =>
        {
            run.Model.Apply(space, assignment);
            return Enumerable.Range(0, JudgedBatches).Average(run.ValidateOnBatch);
        })!;

    /// <summary>
    /// A random assignment within the budget that leaves no room in it: every option is drawn alike, then random decisions are made
    /// cheaper until the budget is kept, then dearer for as long as any fits. Latencies may leave no single decision that makes it cheaper:
    /// then the best assignment by random scores is taken.
    /// </summary>
    public static Assignment Draw(SearchSpace space, Budget budget, RandomStream random)
    {
        var assignment = new Assignment([.. space.Decisions.Select(d => random.NextInt(d.Options.Count))]);
        while (!budget.Admits(assignment))
        {
            var cost = budget.Table.Of(assignment);
            var cheaper = Neighbours(assignment).Where(n => budget.Table.Of(n) < cost).ToList();
            assignment = cheaper.Count > 0
                ? Any(cheaper)
                : budget.Best([.. space.Decisions.Select(d => d.Options.Select(_ => random.NextDouble()).ToArray())]);
        }

        while (true)
        {
            var cost = budget.Table.Of(assignment);
            var dearer = Neighbours(assignment).Where(n => budget.Admits(n) && budget.Table.Of(n) > cost).ToList();
            if (dearer.Count == 0)
                return assignment;
            assignment = Any(dearer);
        }

        IEnumerable<Assignment> Neighbours(Assignment of) => space.Decisions
            .SelectMany((d, i) => Enumerable.Range(0, d.Options.Count).Where(o => o != of[i]).Select(o => of.With(i, o)));

        Assignment Any(IReadOnlyList<Assignment> from) => from[random.NextInt(from.Count)];
    }
}
