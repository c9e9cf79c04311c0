using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Space;
using Fliqs.Tests.Space;

namespace Fliqs.Tests.Cost;

public sealed class SeveralLimitsTests
{
    [Fact]
    public void Best_meets_all_limits_wherever_any_assignment_does_and_comes_close_to_the_best()
    {
        var (worst, count, exact) = (0.0, 0, 0);
        Gen.Select(SpaceCase.Random(5, 3), Gen.OneOf<ICostModel>(new BitOperations(), new Neighbours()), Gen.Double[0, 1], Gen.Double[0, 1], Gen.Long).Sample((given, cost, share, other, seed) =>
        {
            var (space, random) = (given.Space, new RandomStream(seed));
            var (bops, size) = (new CostTable(cost, space, given.Layers), new CostTable(new ModelSize(), space, given.Layers));
            var (limit, most) = (Between(bops, share), Between(size, other));
            var all = SpaceCase.AllOf(space).Where(a => bops.Of(a) <= limit * (1 + 1e-9) && size.Of(a) <= most * (1 + 1e-9)).ToList();
            if (all.Count == 0)
            {
                Assert.Contains("no assignment was found", Assert.Throws<InputException>(() => new Budget(bops, limit, (size, most))).Message, StringComparison.Ordinal);
                return;
            }

            var budget = new Budget(bops, limit, (size, most));
            var scores = space.Decisions.Select(d => d.Options.Select(_ => random.NextDouble()).ToArray()).ToArray();
            var best = budget.Best(scores);

            Assert.True(budget.Admits(best));
            Assert.Contains(best, all);
            var loss = (all.Max(a => Score(scores, a)) - Score(scores, best)) / space.Decisions.Count;
            (worst, count, exact) = (Math.Max(worst, loss), count + 1, exact + (loss < 1e-9 ? 1 : 0));
        }, iter: 300, threads: 1);
        Assert.True(exact > 0.9 * count && worst < 0.35, $"{exact} of {count} exact, worst {worst} of a score a decision");
    }

    [Fact]
    public void An_option_that_no_price_reaches_is_found_by_an_exchange()
    {
        LayerShape[] layers = [new("a", 100, 1000)];
        var space = SearchSpace.Create(layers, [NumberFormat.Int2, NumberFormat.Int4, NumberFormat.Int8]);
        var (bops, size) = (new CostTable(new BitOperations(), space, layers), new CostTable(new ModelSize(), space, layers));

        // INT8 is above the limit on the size; whatever a bit costs, INT2 or INT8 is worth more than INT4
        Assert.Equal(new Assignment(1), new Budget(bops, bops.Maximum, (size, Between(size, 0.9))).Best([[1, 1.1, 10]]));
    }

    [Fact]
    public void The_cost_that_comes_closest_to_its_limit_counts_and_its_gradient_is_true()
    {
        LayerShape[] layers = [new("a", 100, 10), new("b", 200, 1000)];
        var space = SearchSpace.Create(layers, [NumberFormat.Int2, NumberFormat.Int4, NumberFormat.Int8]);
        var (bops, size) = (new CostTable(new BitOperations(), space, layers), new CostTable(new ModelSize(), space, layers));
        var budget = new Budget(bops, Between(bops, 0.9), (size, Between(size, 0.2)));
        var policy = new CategoricalPolicy(space);
        Assert.Equal(size.Expected(policy.Probabilities()) * budget.Limit / budget.Further[0].Limit, budget.Expected(policy.Probabilities()), 1e-12);

        var gradient = policy.Logits.Select(l => new double[l.Length]).ToArray();
        var probabilities = policy.Probabilities();
        budget.Expected(probabilities, gradient);
        for (var d = 0; d < gradient.Length; d++)
        {
            for (var o = 0; o < gradient[d].Length; o++)
            {
                var moved = probabilities.Select(p => p.ToArray()).ToArray();
                moved[d][o] += 1e-4;
                Assert.Equal((budget.Expected(moved) - budget.Expected(probabilities)) / 1e-4, gradient[d][o], 1e-9 + (1e-6 * gradient[d][o]));
            }
        }
    }

    [Fact]
    public void Several_targets_are_read_in_their_order() => Assert.Equal(
        [(33, "GBOPs"), (4.5, "MB"), (0.5, "ms")], CostTarget.ParseAll("33GBOPs, 4.5MB,500us").Select(t => (t.Amount, t.Unit!)));

    private static double Between(CostTable table, double share) => table.Minimum + (share * (table.Maximum - table.Minimum));

    private static double Score(double[][] scores, Assignment assignment) => scores.Select((s, d) => s[assignment[d]]).Sum();
}
