using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;

namespace Fliqs.Tests.Cost;

public sealed class MultipleChoiceKnapsackTests
{
    /// <summary>Few distinct values and costs make ties, dominated items and zero costs common; fractions the rest.</summary>
    private static readonly Gen<(double[][] Values, double[][] Costs)> Problems =
        from classes in Gen.Int[1, 6]
        from items in Gen.Int[1, 4]
        from values in Gen.OneOf(
            Gen.Int[-2, 2].Select(v => (double)v).Array[items].Array[classes],
            Gen.Double[-5, 5].Array[items].Array[classes],
            Gen.Const(1.0).Array[items].Array[classes])
        from costs in Gen.OneOf(
            Gen.Int[0, 3].Select(v => (double)v).Array[items].Array[classes],
            Gen.Double[0, 2].Array[items].Array[classes],
            Gen.Double[100, 100 + 1e-9].Array[items].Array[classes],
            Gen.Const(0.0).Array[items].Array[classes])
        select (values, costs);

    [Fact]
    public void Finds_the_best_choice_of_all_that_fit() =>
        Gen.Select(Problems, Gen.Double[-0.1, 1.1], Gen.Bool).Sample((problem, share, edge) => CompareWithAllChoices(problem, share, edge), iter: 5000);

    [Theory] // the sum of the costs in another order fits, in the order of the classes it does not, or the other way round
    [InlineData("fPdv46clm392")]
    [InlineData("0QV_0qKhT0M6")]
    public void Meets_a_capacity_that_is_the_cost_of_a_choice_to_the_last_bit(string seed) =>
        Gen.Select(Problems, Gen.Double[-0.1, 1.1], Gen.Bool)
            .Sample((problem, share, edge) => CompareWithAllChoices(problem, share, edge), seed: seed, iter: 1, threads: 1);

    [Theory]
    [InlineData(1e-300), InlineData(1e-13), InlineData(1), InlineData(1e100)]
    public void Values_may_be_of_any_size(double size)
    {
        double[][] values = [[0, 6 * size], [0, 5 * size], [0, 5 * size]];
        double[][] costs = [[0, 6], [0, 5], [0, 5]];
        Assert.Equal([0, 1, 1], new MultipleChoiceKnapsack(values, costs).Solve(10)!);
    }

    [Fact]
    public void Prefers_the_cheaper_of_equal_values_where_the_capacity_is_ample()
    {
        double[][] values = [[1, 1, 1], [2, 3, 3]];
        double[][] costs = [[5, 2, 4], [0, 7, 6]];
        Assert.Equal([1, 2], new MultipleChoiceKnapsack(values, costs).Solve(100)!);
    }

    [Fact]
    public void Takes_the_cheapest_choice_exactly_at_its_cost_and_nothing_below()
    {
        double[][] values = [[5, 1], [9, 0]];
        double[][] costs = [[3, 0.1], [4, 0.2]];
        var knapsack = new MultipleChoiceKnapsack(values, costs);

        Assert.Equal([1, 1], knapsack.Solve(knapsack.MinimumCost)!);
        Assert.Null(knapsack.Solve(Math.BitDecrement(knapsack.MinimumCost)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_hundred_classes_are_solved_no_worse_than_greedily(int seed)
    {
        var random = new RandomStream(seed);
        var costs = Draw(100, 8, (_, i) => (i + 1 + random.NextDouble()) * 10);
        var values = Draw(100, 8, (c, i) => -random.NextDouble() * 20 / (i + 1));
        var knapsack = new MultipleChoiceKnapsack(values, costs);
        var capacity = knapsack.MinimumCost * 2;

        var choice = knapsack.Solve(capacity)!;

        Assert.True(Total(costs, choice) <= capacity);
        Assert.True(Total(values, choice) >= Total(values, Greedy(values, costs, capacity)) - 1e-9);
    }

    [Theory] // the structure in practice: few sizes of layers, costs by the bits, values by the cost; then no bound is far from any choice
    [InlineData(60, true)]
    [InlineData(60, false)]
    public void Values_that_go_with_the_costs_do_not_make_the_problem_explode(int classes, bool fewSizes)
    {
        var random = new RandomStream(5);
        var sizes = Enumerable.Range(0, classes).Select(c => fewSizes ? 1 << (c % 3) : 1 + random.NextDouble()).ToArray();
        var costs = Draw(classes, 7, (c, i) => sizes[c] * (i + 2) * (i + 2));
        var values = Draw(classes, 7, (c, i) => 1e-3 * costs[c][i]);
        var capacity = 0.3 * costs.Sum(c => c[^1]);

        var choice = new MultipleChoiceKnapsack(values, costs).Solve(capacity)!;

        Assert.True(Total(costs, choice) <= capacity);
        Assert.Equal(1, Total(costs, choice) / capacity, 1e-4);
    }

    private static void CompareWithAllChoices((double[][] Values, double[][] Costs) problem, double share, bool edge)
    {
        var (values, costs) = problem;
        var all = Choices(values).Select(c => (Value: Total(values, c), Cost: Total(costs, c))).ToList();
        var (least, most) = (all.Min(c => c.Cost), all.Max(c => c.Cost));
        var capacity = least + (share * (most - least));
        if (edge) // exactly the cost of some choice
            capacity = all[(int)(Math.Abs(share) * 1e6) % all.Count].Cost;

        var choice = new MultipleChoiceKnapsack(values, costs).Solve(capacity);

        var fitting = all.Where(c => c.Cost <= capacity).Select(c => c.Value).ToList();
        if (fitting.Count == 0)
        {
            Assert.Null(choice);
            return;
        }

        Assert.NotNull(choice);
        Assert.True(Total(costs, choice) <= capacity);
        Assert.Equal(fitting.Max(), Total(values, choice), 1e-10);
    }

    private static double[][] Draw(int classes, int items, Func<int, int, double> at) =>
        [.. Enumerable.Range(0, classes).Select(c => Enumerable.Range(0, items).Select(i => at(c, i)).ToArray())];

    private static double Total(double[][] amounts, int[] choice) => choice.Select((item, c) => amounts[c][item]).Sum();

    private static IEnumerable<int[]> Choices(double[][] values)
    {
        IEnumerable<int[]> choices = [[]];
        foreach (var items in values)
            choices = choices.SelectMany(c => Enumerable.Range(0, items.Length).Select(i => c.Append(i).ToArray()));
        return choices;
    }

    /// <summary>From the cheapest choice up, always by the exchange that gains most value for its cost.</summary>
    private static int[] Greedy(double[][] values, double[][] costs, double capacity)
    {
        var choice = costs.Select(c => Array.IndexOf(c, c.Min())).ToArray();
        while (true)
        {
            var room = capacity - Total(costs, choice);
            var exchange = (from c in Enumerable.Range(0, choice.Length)
                            from i in Enumerable.Range(0, values[c].Length)
                            let gain = values[c][i] - values[c][choice[c]]
                            let cost = costs[c][i] - costs[c][choice[c]]
                            where gain > 0 && cost <= room
                            orderby gain / Math.Max(cost, 1e-12) descending
                            select (c, i)).FirstOrDefault((-1, 0));
            if (exchange.Item1 < 0)
                return choice;
            choice[exchange.Item1] = exchange.Item2;
        }
    }
}
