namespace Fliqs.Cost;

/// <summary>
/// The multiple-choice knapsack problem: choose one item of every class so that the total value is greatest while the total
/// cost stays within a capacity. Solved exactly by dynamic programming over undominated states, pruned by the Lagrangian
/// bound (Kellerer, Pferschy, Pisinger: Knapsack Problems, chapter 11). Where values nearly go with costs the bound prunes
/// nothing; then the states are thinned out, and the result is within about a millionth of the best.
/// Classes can be linked to a chain: each item then stands between two of the places before and after its class, and chosen
/// neighbours have to meet. The bound of what is left becomes a shortest path, for each place its own.
/// </summary>
public sealed class MultipleChoiceKnapsack
{
    /// <summary>So many states are kept at most. Networks seldom come near.</summary>
    private const int MostStates = 10_000;

    private readonly double[][] values;
    private readonly double[][] costs;
    private readonly (int From, int To)[][] links;
    private readonly int[][][] itemsFrom;

    /// <summary>States the problem.</summary>
    /// <param name="values">Finite value of every item, class by class.</param>
    /// <param name="costs">Finite, non-negative cost of every item, of the same shape.</param>
    /// <param name="links">
    /// The places, from 0, before and after every item, of the same shape; place 0 alone before the first class and behind the last, and
    /// an item from every place. Null where any items go together.
    /// </param>
    public MultipleChoiceKnapsack(double[][] values, double[][] costs, (int From, int To)[][]? links = null)
    {
        (this.values, this.costs) = (values, costs);
        this.links = links ?? [.. costs.Select(c => new (int, int)[c.Length])];
        itemsFrom = [.. this.links.Select(c => Enumerable.Range(0, c.Length).GroupBy(i => c[i].From).OrderBy(g => g.Key).Select(g => g.ToArray()).ToArray())];
    }

    /// <summary>The least total cost of any choice.</summary>
    public double MinimumCost
    {
        get
        {
            var (least, place, total) = (Least(), 0, 0.0);
            for (var c = 0; c < values.Length; c++)
            {
                var item = itemsFrom[c][place].MinBy(i => (costs[c][i] + least[c + 1][links[c][i].To], costs[c][i]));
                (total, place) = (total + costs[c][item], links[c][item].To);
            }

            return total;
        }
    }

    /// <summary>The index of the chosen item of every class; null if even the cheapest choice exceeds the capacity.</summary>
    public int[]? Solve(double capacity)
    {
        if (MinimumCost > capacity)
            return null;
        var price = PriceOf(capacity);
        var rest = Rest(price);
        var relaxed = Path(rest, 0, 0);
        if (price == 0)
            return relaxed;

        var (n, least) = (values.Length, Least());
        var best = FillUp(relaxed, capacity);
        var record = Total(values, best);
        var slack = n * 4e-16 * Math.Abs(capacity);    // costs added in another order; Total decides
        var rounding = price * slack;
        var tolerance = 1e-12 * values.Sum(c => c.Max(Math.Abs));
        var states = new List<State> { new(0, 0, 0, -1, null) };
        for (var c = 0; c < n; c++)
        {
            var (after, cheapest, threshold) = (rest[c + 1], least[c + 1], record + tolerance - rounding);
            states = Extend(states, c, price, s => s.Cost + cheapest[s.Place] <= capacity + slack
                && s.Value + after[s.Place].Value + (price * (capacity - s.Cost - after[s.Place].Cost)) > threshold);
            foreach (var state in states)
            {
                var (value, cost, _) = after[state.Place];
                if (state.Value + value <= record || state.Cost + cost > capacity + slack)
                    continue;
                int[] choice = [.. state.Choices(c + 1), .. Path(rest, c + 1, state.Place)];
                if (Total(costs, choice) <= capacity)
                    (record, best) = (state.Value + value, choice);
            }
        }

        return best;
    }

    /// <summary>
    /// The price of a unit of cost at which the choice of the greatest value - price * cost just meets the capacity; 0 if
    /// the capacity does not bind. The choice at this price is feasible.
    /// </summary>
    private double PriceOf(double capacity)
    {
        if (Total(costs, ChoiceAt(0)) <= capacity)
            return 0;
        var (low, high) = (0.0, 1.0);
        while (Total(costs, ChoiceAt(high)) > capacity)
        {
            low = high;
            high *= 4;
        }

        for (var i = 0; i < 100 && high - low > 1e-15 * high; i++)
        {
            var middle = (low + high) / 2;
            if (Total(costs, ChoiceAt(middle)) > capacity)
                low = middle;
            else
                high = middle;
        }

        return high;
    }

    private int[] ChoiceAt(double price) => Path(Rest(price), 0, 0);

    /// <summary>What the classes from c on cost at least, for every place before them.</summary>
    private double[][] Least()
    {
        var least = new double[values.Length + 1][];
        least[^1] = [0];
        for (var c = values.Length - 1; c >= 0; c--)
            least[c] = [.. itemsFrom[c].Select(items => items.Min(i => costs[c][i] + least[c + 1][links[c][i].To]))];
        return least;
    }

    /// <summary>What the classes from c on add when they are chosen at a price, and the item that begins it, for every place before them.</summary>
    private (double Value, double Cost, int Item)[][] Rest(double price)
    {
        var rest = new (double Value, double Cost, int Item)[values.Length + 1][];
        rest[^1] = [(0, 0, -1)];
        for (var c = values.Length - 1; c >= 0; c--)
        {
            var after = rest[c + 1];
            rest[c] = new (double, double, int)[itemsFrom[c].Length];
            Array.Fill(rest[c], (0, 0, -1));
            for (var i = 0; i < values[c].Length; i++)
            {
                var (place, tail) = (links[c][i].From, after[links[c][i].To]);
                if (IsBetter(c, i, rest[c][place].Item, after, price))
                    rest[c][place] = (tail.Value + values[c][i], tail.Cost + costs[c][i], i);
            }
        }

        return rest;
    }

    private bool IsBetter(int c, int item, int other, (double Value, double Cost, int Item)[] after, double price)
    {
        if (other < 0)
            return true;
        var (a, b) = (after[links[c][item].To], after[links[c][other].To]);
        var difference = Reduced(c, item, price) - Reduced(c, other, price) + (a.Value - (price * a.Cost) - (b.Value - (price * b.Cost)));
        return difference > 0 || (difference == 0 && costs[c][item] - costs[c][other] + (a.Cost - b.Cost) < 0);
    }

    private int[] Path((double Value, double Cost, int Item)[][] rest, int c, int place)
    {
        var path = new int[values.Length - c];
        for (var k = c; k < values.Length; k++)
        {
            path[k - c] = rest[k][place].Item;
            place = links[k][path[k - c]].To;
        }

        return path;
    }

    /// <summary>Improves a feasible choice, the most valuable exchange that still fits first.</summary>
    private int[] FillUp(int[] feasible, double capacity)
    {
        var choice = (int[])feasible.Clone();
        while (true)
        {
            var (bestClass, bestItem, bestGain) = (-1, -1, 0.0);
            for (var c = 0; c < choice.Length; c++)
            {
                for (var i = 0; i < values[c].Length; i++)
                {
                    var gain = values[c][i] - values[c][choice[c]];
                    if (gain > bestGain && links[c][i] == links[c][choice[c]] && Total(costs, With(c, i)) <= capacity)
                        (bestClass, bestItem, bestGain) = (c, i, gain);
                }
            }

            if (bestClass < 0)
                return choice;
            choice[bestClass] = bestItem;
        }

        int[] With(int c, int item)
        {
            int[] changed = [.. choice];
            changed[c] = item;
            return changed;
        }
    }

    /// <summary>
    /// Adds an item of class c to every state and keeps the states that no other in their place beats in both cost and value; of too many
    /// the best in every range of costs.
    /// </summary>
    private List<State> Extend(List<State> states, int c, double price, Func<State, bool> promising)
    {
        var extended = new List<State>(states.Count);
        foreach (var state in states)
        {
            foreach (var i in itemsFrom[c][state.Place])
            {
                var next = new State(state.Cost + costs[c][i], state.Value + values[c][i], links[c][i].To, i, state);
                if (promising(next))
                    extended.Add(next);
            }
        }

        extended.Sort((a, b) => a.Place != b.Place ? a.Place.CompareTo(b.Place)
            : a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : b.Value.CompareTo(a.Value));
        var kept = new List<State>();
        foreach (var state in extended)
        {
            if (kept.Count == 0 || state.Place != kept[^1].Place || state.Value > kept[^1].Value)
                kept.Add(state);
        }

        return kept.Count <= MostStates
            ? kept
            : [.. kept.GroupBy(s => s.Place).SelectMany(place => place.Chunk((kept.Count / MostStates) + 1))
                .Select(range => range.MaxBy(s => s.Value - (price * s.Cost))!)];
    }

    private double Reduced(int c, int item, double price) => values[c][item] - (price * costs[c][item]);

    private static double Total(double[][] amounts, int[] choice)
    {
        var total = 0.0;
        for (var c = 0; c < choice.Length; c++)
            total += amounts[c][choice[c]];
        return total;
    }

    private sealed record State(double Cost, double Value, int Place, int Item, State? Previous)
    {
        public int[] Choices(int count)
        {
            var choices = new int[count];
            for (var (state, c) = (this, count - 1); c >= 0; (state, c) = (state.Previous!, c - 1))
                choices[c] = state.Item;
            return choices;
        }
    }
}
