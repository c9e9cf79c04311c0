namespace Fliqs.Cost;

/// <summary>
/// The multiple-choice knapsack problem: choose one item of every class so that the total value is greatest while the total
/// cost stays within a capacity. Solved exactly by dynamic programming over undominated states, pruned by the Lagrangian
/// bound (Kellerer, Pferschy, Pisinger: Knapsack Problems, chapter 11). Where values nearly go with costs the bound prunes
/// nothing; then the states are thinned out, and the result is within about a millionth of the best.
/// </summary>
public sealed class MultipleChoiceKnapsack
{
    /// <summary>So many states are kept at most. Networks seldom come near.</summary>
    private const int MostStates = 10_000;

    private readonly double[][] values;
    private readonly double[][] costs;

    /// <summary>States the problem.</summary>
    /// <param name="values">Finite value of every item, class by class.</param>
    /// <param name="costs">Finite, non-negative cost of every item, of the same shape.</param>
    public MultipleChoiceKnapsack(double[][] values, double[][] costs) => (this.values, this.costs) = (values, costs);

    /// <summary>The least total cost of any choice.</summary>
    public double MinimumCost => costs.Sum(c => c.Min());

    /// <summary>The index of the chosen item of every class; null if even the cheapest choice exceeds the capacity.</summary>
    public int[]? Solve(double capacity)
    {
        if (MinimumCost > capacity)
            return null;
        var price = PriceOf(capacity);
        var relaxed = ChoiceAt(price);
        if (price == 0)
            return relaxed;

        // What the classes from c on add when they are chosen at this price, and what they cost at least.
        var n = values.Length;
        var rest = new (double Value, double Cost, double Least)[n + 1];
        for (var c = n - 1; c >= 0; c--)
        {
            rest[c] = (
                rest[c + 1].Value + values[c][relaxed[c]], rest[c + 1].Cost + costs[c][relaxed[c]], rest[c + 1].Least + costs[c].Min());
        }

        var best = FillUp(relaxed, capacity);
        var record = Total(values, best);
        var slack = n * 4e-16 * Math.Abs(capacity);    // costs added in another order; Total decides
        var rounding = price * slack;
        var states = new List<State> { new(0, 0, -1, null) };
        for (var c = 0; c < n; c++)
        {
            var (after, threshold) = (rest[c + 1], record + (1e-12 * (1 + Math.Abs(record))) - rounding);
            states = Extend(states, c, price, s => s.Cost + after.Least <= capacity + slack
                && s.Value + after.Value + (price * (capacity - s.Cost - after.Cost)) > threshold);
            foreach (var state in states)
            {
                if (state.Value + after.Value <= record || state.Cost + after.Cost > capacity + slack)
                    continue;
                int[] choice = [.. state.Choices(c + 1), .. relaxed[(c + 1)..]];
                if (Total(costs, choice) <= capacity)
                    (record, best) = (state.Value + after.Value, choice);
            }
        }

        return best;
    }

    /// <summary>
    /// The price of a unit of cost at which choosing value - price * cost in every class alone just meets the capacity; 0 if
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

    private int[] ChoiceAt(double price)
    {
        var choice = new int[values.Length];
        for (var c = 0; c < choice.Length; c++)
        {
            for (var i = 1; i < values[c].Length; i++)
            {
                var difference = Reduced(c, i, price) - Reduced(c, choice[c], price);
                if (difference > 0 || (difference == 0 && costs[c][i] < costs[c][choice[c]]))
                    choice[c] = i;
            }
        }

        return choice;
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
                    if (gain > bestGain && Total(costs, With(c, i)) <= capacity)
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
    /// Adds an item of class c to every state and keeps the states that no other beats in both cost and value; of too many
    /// the best in every range of costs.
    /// </summary>
    private List<State> Extend(List<State> states, int c, double price, Func<State, bool> promising)
    {
        var extended = new List<State>(states.Count * values[c].Length);
        foreach (var state in states)
        {
            for (var i = 0; i < values[c].Length; i++)
            {
                var next = new State(state.Cost + costs[c][i], state.Value + values[c][i], i, state);
                if (promising(next))
                    extended.Add(next);
            }
        }

        extended.Sort((a, b) => a.Cost != b.Cost ? a.Cost.CompareTo(b.Cost) : b.Value.CompareTo(a.Value));
        var kept = new List<State>();
        foreach (var state in extended)
        {
            if (kept.Count == 0 || state.Value > kept[^1].Value)
                kept.Add(state);
        }

        return kept.Count <= MostStates
            ? kept
            : [.. kept.Chunk((kept.Count / MostStates) + 1).Select(range => range.MaxBy(s => s.Value - (price * s.Cost))!)];
    }

    private double Reduced(int c, int item, double price) => values[c][item] - (price * costs[c][item]);

    private static double Total(double[][] amounts, int[] choice)
    {
        var total = 0.0;
        for (var c = 0; c < choice.Length; c++)
            total += amounts[c][choice[c]];
        return total;
    }

    private sealed record State(double Cost, double Value, int Item, State? Previous)
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
