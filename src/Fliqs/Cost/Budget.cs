using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// Limits on one cost or several at once, and the answer to what fits within them: of all assignments that meet every limit the one whose
/// sum of scores is greatest. Exact for one limit. Further limits are met exactly, too, by an assignment that is next to the best of those
/// that do, see <see cref="MultidimensionalKnapsack"/>.
/// </summary>
public sealed class Budget
{
    /// <summary>Sums of the same terms in another order may differ in the last bits; they count as equal.</summary>
    internal const double Slack = 1e-9;

    private readonly IReadOnlyList<(CostTable Table, double Limit)> further;
    private readonly int[]? admitted;    // a choice within several limits, to fall back on

    /// <summary>Limits the costs of <paramref name="table"/>, and those of further tables.</summary>
    /// <param name="table">The cost of every assignment.</param>
    /// <param name="limit">The greatest cost that is allowed, in the unit of the table.</param>
    /// <param name="further">Tables of other costs of the same space, and their limits.</param>
    /// <exception cref="InputException">No assignment is so cheap, or all are cheaper.</exception>
    public Budget(CostTable table, double limit, params IReadOnlyList<(CostTable Table, double Limit)> further)
    {
        var tables = CostTable.Align([table, .. further.Select(f => f.Table)]);
        (Table, Limit, this.further) = (tables[0], limit, [.. tables.Skip(1).Zip(further, (t, f) => (t, f.Limit))]);
        foreach (var (costs, most) in further.Prepend((table, limit)))
        {
            if (costs.Minimum <= most * (1 + Slack))
                continue;
            var dearest = costs.Terms.MaxBy(t => t.Values.Min())!;
            throw new InputException(
                $"the target {most:G5} {costs.Unit} is below the cheapest assignment of the space, {costs.Minimum:G5} {costs.Unit}, " +
                $"of which '{dearest.Layer}' {(dearest.Layers > 1 ? $"with those that share its formats, {dearest.Layers} layers, " : "")}is {dearest.Values.Min():G5} {costs.Unit} or more; raise it or add cheaper options");
        }

        if (table.Maximum < limit * (1 - Slack))
            throw new InputException(
                $"the target {limit:G5} {table.Unit} is above the dearest assignment of the space, " +
                $"{table.Maximum:G5} {table.Unit}; lower it or add dearer options");
        admitted = further.Count > 0 ? Within(Table.Chain.Costs) : null;
        if (further.Count > 0 && admitted is null)
            throw new InputException("no assignment was found that meets all targets at once; raise one or add cheaper options");
    }

    private Budget(CostTable table, double limit, IEnumerable<(CostTable Table, double Limit)> further, Assignment within) =>
        (Table, Limit, this.further, admitted) = (table, limit, [.. further], table.Chain.ItemsOf(within));

    /// <summary>The costs that are limited first of all.</summary>
    public CostTable Table { get; }

    /// <summary>The greatest cost that is allowed, in <see cref="CostTable.Unit"/>.</summary>
    public double Limit { get; }

    /// <summary>The other costs that are limited at the same time.</summary>
    public IReadOnlyList<(CostTable Table, double Limit)> Further => further;

    /// <summary>The same limits on what is left to decide when some decisions have the options of an assignment within them.</summary>
    /// <inheritdoc cref="CostTable.Settle" path="/param"/>
    public Budget Settle(Assignment assignment, IReadOnlyCollection<int> settled) =>
        new(Table.Settle(assignment, settled), Limit, further.Select(f => (f.Table.Settle(assignment, settled), f.Limit)), assignment);

    /// <summary>Whether an assignment is within all limits.</summary>
    public bool Admits(Assignment assignment) => Of(assignment) <= Limit * (1 + Slack);

    /// <summary>The cost of an assignment. Of several costs the one that comes closest to its limit, as a cost of the first limit.</summary>
    public double Of(Assignment assignment) =>
        further.Aggregate(Table.Of(assignment), (most, f) => Math.Max(most, f.Table.Of(assignment) * Limit / f.Limit));

    /// <summary>All limited costs of an assignment together, each in proportion to its limit, as a cost of the first limit.</summary>
    public double Together(Assignment assignment) =>
        further.Aggregate(Table.Of(assignment), (sum, f) => sum + (f.Table.Of(assignment) * Limit / f.Limit));

    /// <summary>The expected cost as <see cref="CostTable.Expected"/>; of several costs as in <see cref="Of"/>.</summary>
    /// <param name="probabilities">One distribution a decision, over its options.</param>
    /// <param name="gradient">Receives the derivative by every probability, added to what is there; null if not needed.</param>
    public double Expected(double[][] probabilities, double[][]? gradient = null)
    {
        var (table, factor, most) = (Table, 1.0, Table.Expected(probabilities));
        foreach (var (other, limit) in further)
            if (other.Expected(probabilities) * Limit / limit is var expected && expected > most)
                (table, factor, most) = (other, Limit / limit, expected);
        if (gradient is null)
            return most;
        double[][] derivative = [.. gradient.Select(g => new double[g.Length])];
        table.Expected(probabilities, derivative);
        for (var d = 0; d < gradient.Length; d++)
            for (var o = 0; o < gradient[d].Length; o++)
                gradient[d][o] += factor * derivative[d][o];
        return most;
    }

    /// <summary>The assignment of the greatest total score within the limits.</summary>
    /// <param name="scores">A finite score for every option of every decision, for instance log-probabilities.</param>
    public Assignment Best(double[][] scores)
    {
        var choice = Within(Table.Chain.Values(scores)) ?? throw new InvalidOperationException("no assignment is within the limits");
        return Assign(choice, [.. scores.Select(s => Array.IndexOf(s, s.Max()))]);    // what no cost depends on
    }

    /// <summary>The best choice of items; null where none was found within all limits.</summary>
    private int[]? Within(double[][] values)
    {
        (double[][] Costs, double Capacity)[] limits =
            [.. further.Prepend((Table, Limit)).Select(l => (l.Table.Chain.Costs, (l.Limit * (1 + Slack)) - l.Table.Constant))];
        return further.Count == 0
            ? new MultipleChoiceKnapsack(values, limits[0].Costs, Table.Chain.Links).Solve(limits[0].Capacity)
            : new MultidimensionalKnapsack(values, Table.Chain.Links, limits).Solve(admitted);
    }

    private Assignment Assign(int[] choice, int[] options)
    {
        for (var t = 0; t < choice.Length; t++)
            Table.Chain.Write(t, choice[t], options);
        return new Assignment(options);
    }
}
