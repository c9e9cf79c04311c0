namespace Fliqs.Cost;

/// <summary>
/// The multiple-choice knapsack problem: choose one item of every class so that the total value is greatest while the total
/// cost stays within a capacity. Solved exactly by dynamic programming over undominated states, pruned by the Lagrangian
/// bound (Kellerer, Pferschy, Pisinger: Knapsack Problems, chapter 11).
/// </summary>
public sealed class MultipleChoiceKnapsack
{
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

        // What the classes from c on can add at most at this price, and what they cost at least.
        var n = values.Length;
        var (bound, least) = (new double[n + 1], new double[n + 1]);
        for (var c = n - 1; c >= 0; c--)
        {
            bound[c] = bound[c + 1] + Reduced(c, relaxed[c], price);
            least[c] = least[c + 1] + costs[c].Min();
        }

        var incumbent = FillUp(relaxed, capacity);
        var floor = Total(values, incumbent) - (1e-12 * (1 + Math.Abs(Total(values, incumbent))));
        var states = new List<State> { new(0, 0, -1, null) };
        for (var c = 0; c < n; c++)
            states = Extend(states, c, s => s.Cost + least[c + 1] <= capacity
                && s.Value + bound[c + 1] + (price * (capacity - s.Cost)) >= floor);

        var best = states.Count == 0 ? null : states.MaxBy(s => s.Value);
        return best is null || best.Value <= Total(values, incumbent) ? incumbent : best.Choices(n);
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
        var cost = Total(costs, choice);
        while (true)
        {
            var (bestClass, bestItem, bestGain) = (-1, -1, 0.0);
            for (var c = 0; c < choice.Length; c++)
            {
                for (var i = 0; i < values[c].Length; i++)
                {
                    var gain = values[c][i] - values[c][choice[c]];
                    if (gain > bestGain && cost + costs[c][i] - costs[c][choice[c]] <= capacity)
                        (bestClass, bestItem, bestGain) = (c, i, gain);
                }
            }

            if (bestClass < 0)
                return choice;
            choice[bestClass] = bestItem;
            cost = Total(costs, choice);
        }
    }

    /// <summary>Adds an item of class c to every state and keeps the states that no other beats in both cost and value.</summary>
    private List<State> Extend(List<State> states, int c, Func<State, bool> promising)
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

        return kept;
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
