using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// A limit on the cost, and the exact answer to what fits within it: of all assignments that meet the limit the one whose
/// sum of scores is greatest.
/// </summary>
public sealed class Budget
{
    /// <summary>Sums of the same terms in another order may differ in the last bits; they count as equal.</summary>
    internal const double Slack = 1e-9;

    /// <summary>Limits the costs of <paramref name="table"/>.</summary>
    /// <param name="table">The cost of every assignment.</param>
    /// <param name="limit">The greatest cost that is allowed, in the unit of the table.</param>
    /// <exception cref="InputException">No assignment is so cheap, or all are cheaper.</exception>
    public Budget(CostTable table, double limit)
    {
        Table = table;
        Limit = limit;
        if (table.Minimum > limit * (1 + Slack))
            throw new InputException(
                $"the target {limit:G5} {table.Unit} is below the cheapest assignment of the space, " +
                $"{table.Minimum:G5} {table.Unit}; raise it or add cheaper formats");
        if (table.Maximum < limit * (1 - Slack))
            throw new InputException(
                $"the target {limit:G5} {table.Unit} is above the dearest assignment of the space, " +
                $"{table.Maximum:G5} {table.Unit}; lower it or add wider formats");
    }

    /// <summary>The costs that are limited.</summary>
    public CostTable Table { get; }

    /// <summary>The greatest cost that is allowed, in <see cref="CostTable.Unit"/>.</summary>
    public double Limit { get; }

    /// <summary>Whether an assignment is within the limit.</summary>
    public bool Admits(Assignment assignment) => Table.Of(assignment) <= Limit * (1 + Slack);

    /// <summary>The assignment of the greatest total score within the limit; exact.</summary>
    /// <param name="scores">A finite score for every option of every decision, for instance log-probabilities.</param>
    public Assignment Best(double[][] scores)
    {
        var chain = Table.Chain;
        var knapsack = new MultipleChoiceKnapsack(chain.Values(scores), chain.Costs, chain.Links);
        var choice = knapsack.Solve((Limit * (1 + Slack)) - Table.Constant)
            ?? throw new InvalidOperationException("no assignment is within the limit");
        int[] options = [.. scores.Select(s => Array.IndexOf(s, s.Max()))];    // what no cost depends on
        for (var t = 0; t < choice.Length; t++)
            chain.Write(t, choice[t], options);
        return new Assignment(options);
    }
}
