using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Tests.Space;

namespace Fliqs.Tests.Cost;

public sealed class CostTableTests
{
    private static readonly Gen<ICostModel> Models = Gen.OneOf<ICostModel>(new BitOperations(), new ModelSize(), new BitSum(), new Neighbours());

    [Fact]
    public void An_assignment_costs_the_sum_over_its_layers() =>
        Gen.Select(SpaceCase.Random(8, 5), Models, Gen.Long).Sample((given, model, seed) =>
        {
            var space = given.Space;
            var assignment = SpaceCase.Draw(space, new RandomStream(seed));

            var cost = new CostTable(model, space, given.Layers).Of(assignment);

            Assert.Equal(1, cost / SumOver(given, model, assignment), 1e-12);
        });

    [Fact]
    public void The_least_and_the_greatest_cost_are_those_of_all_assignments() =>
        Gen.Select(SpaceCase.Random(4, 3), Models).Sample((given, model) =>
        {
            var table = new CostTable(model, given.Space, given.Layers);
            var costs = SpaceCase.AllOf(given.Space).Select(a => SumOver(given, model, a)).ToList();

            Assert.Equal(1, table.Minimum / costs.Min(), 1e-12);
            Assert.Equal(1, table.Maximum / costs.Max(), 1e-12);
        }, iter: 50);

    [Fact]
    public void The_expected_cost_is_the_mean_over_all_assignments() =>
        Gen.Select(SpaceCase.Random(4, 3), Models, Gen.Long).Sample((given, model, seed) =>
        {
            var space = given.Space;
            var p = Distributions(space, seed);

            var expected = SpaceCase.AllOf(space).Sum(a =>
                SumOver(given, model, a) * Enumerable.Range(0, a.Count).Aggregate(1.0, (product, d) => product * p[d][a[d]]));

            Assert.Equal(1, new CostTable(model, space, given.Layers).Expected(p) / expected, 1e-9);
        }, iter: 50);

    [Fact]
    public void The_gradient_of_the_expected_cost_equals_finite_differences_and_is_added() =>
        Gen.Select(SpaceCase.Random(6, 4), Models, Gen.Long).Sample((given, model, seed) =>
        {
            var table = new CostTable(model, given.Space, given.Layers);
            var p = Distributions(given.Space, seed);
            var scale = table.Maximum;
            var gradient = p.Select(d => d.Select(_ => 7 * scale).ToArray()).ToArray();

            table.Expected(p, gradient);

            for (var d = 0; d < p.Length; d++)
            {
                for (var o = 0; o < p[d].Length; o++)
                {
                    var (was, h) = (p[d][o], 1e-3);
                    p[d][o] = was + h;
                    var above = table.Expected(p);
                    p[d][o] = was - h;
                    var below = table.Expected(p);
                    p[d][o] = was;
                    // the cost is linear in each probability, so that differences are exact but for rounding
                    Assert.Equal((above - below) / (2 * h) / scale, (gradient[d][o] / scale) - 7, 1e-9);
                }
            }
        }, iter: 50);

    [Fact]
    public void No_two_terms_share_a_decision() =>
        SpaceCase.Random(8, 3).Sample(given =>
        {
            var terms = new CostTable(new BitOperations(), given.Space, given.Layers).Terms;
            var decisions = terms.SelectMany(t => t.Decisions).ToList();
            Assert.Equal(Enumerable.Range(0, given.Space.Decisions.Count), decisions.Order());
        });

    [Fact]
    public void Networks_cost_as_the_table_says_and_the_rows_of_layers_add_up() =>
        Gen.Select(SpaceCase.Random(8, 5), Models, Gen.Long).Sample((given, model, seed) =>
        {
            var assignment = SpaceCase.Draw(given.Space, new RandomStream(seed));
            var formats = given.Layers.Zip(given.Space.FormatsOf(assignment)).ToDictionary(l => l.First.Name, l => l.Second);

            Assert.Equal(1, NetworkCost.Of(model, given.Layers, formats) / SumOver(given, model, assignment), 1e-12);
            Assert.Equal(1, NetworkCost.ByLayer(model, given.Layers, l => formats[l.Name]).Sum(l => l.Cost) / SumOver(given, model, assignment), 1e-12);
        });

    [Fact]
    public void Knows_its_unit_and_what_no_decision_changes()
    {
        LayerShape[] layers = [new("a", 1_000_000_000, 1), new("b", 2_000_000_000, 1, NumberFormat.Int8)];
        var table = new CostTable(new BitOperations(), SearchSpace.Create(layers, [NumberFormat.Int4]), layers);

        Assert.Equal("GBOPs", table.Unit);
        Assert.Equal(128, table.Constant, 12);
        Assert.Equal(144, table.Of(new Assignment(0)), 12);
    }

    [Fact]
    public void A_layer_without_a_shape_is_refused_by_name()
    {
        LayerShape[] layers = [new("conv1", 1, 1), new("fc", 1, 1)];
        var space = SearchSpace.Create(layers, [NumberFormat.Int4]);
        Assert.Contains("'fc'", Assert.Throws<ArgumentException>(() => new CostTable(new BitOperations(), space, layers[..1])).Message);
    }

    private static double SumOver(SpaceCase given, ICostModel model, Assignment assignment)
    {
        var (layers, formats) = (given.Layers, given.Space.FormatsOf(assignment));
        var changes = model is INeighbourCost pairs
            ? Enumerable.Range(1, layers.Length - 1).Sum(i => pairs.ChangeCost(layers[i - 1], formats[i - 1], layers[i], formats[i]))
            : 0;
        return layers.Zip(formats, model.LayerCost).Sum() + changes;
    }

    private static double[][] Distributions(SearchSpace space, long seed)
    {
        var random = new RandomStream(seed);
        return [.. space.Decisions.Select(d =>
        {
            var weights = d.Options.Select(_ => random.NextDouble() + 1e-3).ToArray();
            return weights.Select(w => w / weights.Sum()).ToArray();
        })];
    }
}
