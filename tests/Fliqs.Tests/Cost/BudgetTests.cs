using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Tests.Space;

namespace Fliqs.Tests.Cost;

public sealed class BudgetTests
{
    private static readonly NumberFormat[] Integers = [.. NamedSpaces.Parse("int")];

    [Fact]
    public void Best_is_the_greatest_score_of_all_assignments_within_the_limit() =>
        Gen.Select(SpaceCase.Random(5, 3), Gen.OneOf<ICostModel>(new BitOperations(), new Neighbours()), Gen.Double[0, 1], Gen.Int[1, 1000], Gen.Long).Sample((given, cost, share, levels, seed) =>
        {
            var (space, random) = (given.Space, new RandomStream(seed));
            var table = new CostTable(cost, space, given.Layers);
            var limit = table.Minimum + (share * (table.Maximum - table.Minimum));
            var budget = new Budget(table, limit);
            // few levels make equal scores
            var scores = space.Decisions.Select(d => d.Options.Select(_ => (double)random.NextInt(levels)).ToArray()).ToArray();

            var best = budget.Best(scores);

            Assert.True(budget.Admits(best));
            Assert.Equal(SpaceCase.AllOf(space).Where(budget.Admits).Max(a => Score(scores, a)), Score(scores, best), 1e-9);
        }, iter: 300);

    [Theory]
    [InlineData(Granularity.Layer, "of which 'b' is 12 GBOPs or more;")]
    [InlineData(Granularity.Model, "of which 'a' with those that share its formats, 3 layers, is 24 GBOPs or more;")]
    public void What_no_assignment_keeps_names_what_costs_most(Granularity granularity, string cause)
    {
        LayerShape[] layers = [new("a", 1_000_000_000, 1), new("b", 3_000_000_000, 1), new("c", 2_000_000_000, 1)];
        var space = SearchSpace.Create(layers, [NumberFormat.Int2, NumberFormat.Int8], granularity);
        var table = new CostTable(new BitOperations(), space, layers);
        Assert.Contains(cause, Assert.Throws<InputException>(() => new Budget(table, 20)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Separate_decisions_are_solved_together()
    {
        // wide weights and wide activations multiply: only one of both is within the limit, and the activation is worth more
        LayerShape[] layers = [new("a", 1_000_000_000, 1)];
        var space = SearchSpace.Create(layers, [NumberFormat.Int2, NumberFormat.Int8], activations: ActivationMode.Separate);
        var budget = new Budget(new CostTable(new BitOperations(), space, layers), 16);

        Assert.Equal(new Assignment(0, 1), budget.Best([[0, 3], [0, 4]]));
    }

    [Fact]
    public void A_multiple_of_one_admits_the_uniform_assignment_itself() =>
        Gen.Select(Gen.Select(Gen.Long[1, 1L << 40], Gen.Long[1, 1L << 30]).Array[1, 60], Gen.Int[0, 6], Gen.Enum<ActivationMode>()).Sample(
            (sizes, option, activations) =>
            {
                var layers = sizes.Select((s, i) => new LayerShape($"conv{i}", s.Item1, s.Item2, i % 7 == 6 ? NumberFormat.Int8 : null)).ToArray();
                var space = SearchSpace.Create(layers, Integers, activations: activations);
                foreach (var model in CostModels.All)
                {
                    var limit = CostTarget.Parse($"1.0x{Integers[option]}").Resolve(model, layers);
                    var budget = new Budget(new CostTable(model, space, layers), limit);
                    var uniform = space.Uniform(option);
                    var favours = space.Decisions.Select(_ => Integers.Select((_, i) => i == option ? 1.0 : 0).ToArray()).ToArray();

                    Assert.True(budget.Admits(uniform));
                    Assert.Equal(uniform, budget.Best(favours));
                }
            });

    [Fact]
    public void An_assignment_beyond_the_limit_is_not_admitted()
    {
        var (table, space) = OneLayer();
        var budget = new Budget(table, 0.024);
        Assert.True(budget.Admits(space.Uniform(2)));
        Assert.False(new Budget(table, 0.0159).Admits(space.Uniform(2)));
    }

    [Fact]
    public void A_limit_below_the_cheapest_or_above_the_dearest_assignment_is_refused()
    {
        var (table, _) = OneLayer();

        var below = Assert.Throws<InputException>(() => new Budget(table, 0.0039)).Message;
        var above = Assert.Throws<InputException>(() => new Budget(table, 0.0641)).Message;

        Assert.Contains("0.0039 GBOPs is below", below);
        Assert.Contains("0.004 GBOPs", below);
        Assert.Contains("0.0641 GBOPs is above", above);
        Assert.Contains("0.064 GBOPs", above);
    }

    [Fact]
    public void A_limit_of_exactly_the_cheapest_or_the_dearest_assignment_is_taken()
    {
        var (table, space) = OneLayer();
        double[][] wide = [[0, 1, 2, 3, 4, 5, 6]];

        Assert.Equal(space.Uniform(0), new Budget(table, table.Minimum).Best(wide));
        Assert.Equal(space.Uniform(6), new Budget(table, table.Maximum).Best(wide));
    }

    private static (CostTable Table, SearchSpace Space) OneLayer()
    {
        LayerShape[] layers = [new("a", 1_000_000, 1)];
        var space = SearchSpace.Create(layers, Integers);
        return (new CostTable(new BitOperations(), space, layers), space);
    }

    private static double Score(double[][] scores, Assignment assignment) => scores.Select((s, d) => s[assignment[d]]).Sum();
}
