using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// Limits on one cost or several at once, and the answer to what fits within them: of all assignments that meet every limit the one whose
/// sum of scores is greatest. Exact for one limit. Further limits are met exactly, too; among the assignments that do, prices on their
/// costs find one that is next to the best.
/// </summary>
public sealed class Budget
{
    /// <summary>Sums of the same terms in another order may differ in the last bits; they count as equal.</summary>
    internal const double Slack = 1e-9;

    private const int Rounds = 2;
    private const int Bisections = 30;
    private const int Doublings = 60;
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

    /// <summary>
    /// The best choice of items. With further limits a price on each of their costs is bisected to the least at which the cost is within
    /// its limit, one after the other; all choices on the way that meet every limit are candidates.
    /// </summary>
    private int[]? Within(double[][] values)
    {
        var prices = new double[further.Count];
        var (best, most) = (admitted, admitted is null ? double.NegativeInfinity : Total(admitted));
        if (further.Count == 0)
            return new MultipleChoiceKnapsack(values, Table.Chain.Costs, Table.Chain.Links).Solve((Limit * (1 + Slack)) - Table.Constant);
        var spread = Math.Max(1e-9, values.Sum(v => v.Max() - v.Min()));
        for (var round = 0; round < Rounds; round++)
            for (var k = 0; k < prices.Length; k++)
                Bisect(k, spread / further[k].Limit);
        return best is null ? null : Exchanged(best);

        // Whether the best choice at these prices exceeds a limit.
        bool Exceeds(int k)
        {
            double[][] reduced = [.. values.Select((v, t) => v.Select((value, i) =>
                value - prices.Select((price, other) => price * further[other].Table.Chain.Costs[t][i]).Sum()).ToArray())];
            var choice = new MultipleChoiceKnapsack(reduced, Table.Chain.Costs, Table.Chain.Links).Solve((Limit * (1 + Slack)) - Table.Constant);
            if (choice is null)
                return false;    // the first limit alone cannot be met
            if (Total(choice) is var total && total > most
                && Keeps(choice))
                (best, most) = (choice, total);
            return CostOf(k, choice) > further[k].Limit * (1 + Slack);
        }

        // Prices reach no choice that is below the hull of the costs: the most valuable exchange of an item that keeps all limits, until there is none.
        int[] Exchanged(int[] choice)
        {
            while (true)
            {
                var exchange = Enumerable.Range(0, values.Length).SelectMany(t => Enumerable.Range(0, values[t].Length).Select(i => (Term: t, Item: i)))
                    .Where(e => values[e.Term][e.Item] > values[e.Term][choice[e.Term]] && Table.Chain.Links[e.Term][e.Item] == Table.Chain.Links[e.Term][choice[e.Term]])
                    .OrderByDescending(e => values[e.Term][e.Item] - values[e.Term][choice[e.Term]])
                    .Select(e => (int[])[.. choice[..e.Term], e.Item, .. choice[(e.Term + 1)..]])
                    .FirstOrDefault(Keeps);
                if (exchange is null)
                    return choice;
                choice = exchange;
            }
        }

        bool Keeps(int[] choice) =>
            Table.Constant + choice.Select((item, t) => Table.Chain.Costs[t][item]).Sum() <= Limit * (1 + Slack)
            && Enumerable.Range(0, further.Count).All(k => CostOf(k, choice) <= further[k].Limit * (1 + Slack));

        double Total(int[] choice) => choice.Select((item, t) => values[t][item]).Sum();

        double CostOf(int k, int[] choice) =>
            further[k].Table.Constant + choice.Select((item, t) => further[k].Table.Chain.Costs[t][item]).Sum();

        void Bisect(int k, double start)
        {
            bool ExceedsAt(double price)
            {
                prices[k] = price;
                return Exceeds(k);
            }

            if (!ExceedsAt(0))
                return;
            var (low, high) = (0.0, start);
            for (var i = 0; i < Doublings && ExceedsAt(high); i++)
                (low, high) = (high, 2 * high);
            for (var i = 0; i < Bisections; i++)
            {
                var price = (low + high) / 2;
                (low, high) = ExceedsAt(price) ? (price, high) : (low, price);
            }

            prices[k] = high;
        }
    }

    private Assignment Assign(int[] choice, int[] options)
    {
        for (var t = 0; t < choice.Length; t++)
            Table.Chain.Write(t, choice[t], options);
        return new Assignment(options);
    }
}
