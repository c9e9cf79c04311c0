namespace Fliqs.Cost;

/// <summary>
/// The multiple-choice knapsack problem with several costs, each within a capacity of its own. A price on every cost but the first is
/// bisected to the least at which the best choice is within its capacity, one price after the other; of the choices on the way that keep
/// all capacities the most valuable is improved by exchanges of single items. That it is the best is not certain.
/// </summary>
internal sealed class MultidimensionalKnapsack
{
    private const int Rounds = 2;
    private const int Bisections = 30;
    private const int Doublings = 60;

    private readonly double[][] values;
    private readonly (int From, int To)[][] links;
    private readonly IReadOnlyList<(double[][] Costs, double Capacity)> limits;
    private readonly double[] prices;
    private int[]? best;

    /// <summary>States the problem.</summary>
    /// <param name="values">As of <see cref="MultipleChoiceKnapsack"/>.</param>
    /// <param name="links">As of <see cref="MultipleChoiceKnapsack"/>.</param>
    /// <param name="limits">The costs, of the shape of the values, and what each has to stay within; at least one.</param>
    public MultidimensionalKnapsack(double[][] values, (int From, int To)[][] links, IReadOnlyList<(double[][] Costs, double Capacity)> limits) =>
        (this.values, this.links, this.limits, prices) = (values, links, limits, new double[limits.Count]);

    /// <summary>The index of the chosen item of every class; null if no choice within all capacities was found.</summary>
    /// <param name="known">A choice within all capacities that is known already; null for none.</param>
    public int[]? Solve(int[]? known)
    {
        best = known;
        var spread = Math.Max(1e-9, values.Sum(v => v.Max() - v.Min()));
        for (var round = 0; round < Rounds; round++)
            for (var k = 1; k < limits.Count; k++)
                FindPrice(k, spread / limits[k].Costs.Sum(c => c.Max()));
        return best is null ? null : Exchanged(best);
    }

    private void FindPrice(int k, double start)
    {
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

        bool ExceedsAt(double price)
        {
            prices[k] = price;
            return BestAtPrices() is { } choice && Total(limits[k].Costs, choice) > limits[k].Capacity;
        }
    }

    /// <summary>The best choice within the first capacity when all other costs have their prices; null if there is none.</summary>
    private int[]? BestAtPrices()
    {
        double[][] reduced = [.. values.Select((v, c) => v.Select((value, i) => value - limits.Select((l, k) => prices[k] * l.Costs[c][i]).Sum()).ToArray())];
        var choice = new MultipleChoiceKnapsack(reduced, limits[0].Costs, links).Solve(limits[0].Capacity);
        if (choice is not null && Keeps(choice) && (best is null || Total(values, choice) > Total(values, best)))
            best = choice;
        return choice;
    }

    /// <summary>Prices reach no choice below the hull of the costs: the most valuable exchange that keeps all capacities, until there is none.</summary>
    private int[] Exchanged(int[] choice)
    {
        while (true)
        {
            var exchanged = values
                .SelectMany((v, c) => v.Select((value, i) => (Class: c, Item: i, Gain: value - v[choice[c]])))
                .Where(e => e.Gain > 0 && links[e.Class][e.Item] == links[e.Class][choice[e.Class]])
                .OrderByDescending(e => e.Gain)
                .Select(e => (int[])[.. choice[..e.Class], e.Item, .. choice[(e.Class + 1)..]])
                .FirstOrDefault(Keeps);
            if (exchanged is null)
                return choice;
            choice = exchanged;
        }
    }

    private bool Keeps(int[] choice) => limits.All(l => Total(l.Costs, choice) <= l.Capacity);

    private static double Total(double[][] terms, int[] choice) => choice.Select((item, c) => terms[c][item]).Sum();
}
