using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Space;
using Fliqs.Supernets;
using Fliqs.Tests.Space;
using Fliqs.Tests.Supernets;

namespace Fliqs.Tests.Cost;

/// <summary>Costs of architectures and formats together.</summary>
public sealed class ElasticCostTests
{
    private static readonly Supernet Tiny = TestSpaces.Create(TestSpaces.Tiny());

    [Fact]
    public void The_expected_cost_is_the_mean_over_a_hundred_thousand_samples()
    {
        var supernet = TestSpaces.Create(TestSpaces.Small());
        var space = supernet.Space(NamedSpaces.Parse("INT2,INT4,INT8"));
        var table = new CostTable(new BitOperations(), space, supernet.Model.Shapes);
        var (policy, random) = (new CategoricalPolicy(space), new RandomStream(5));
        foreach (var logits in policy.Logits)
            for (var o = 0; o < logits.Length; o++)
                logits[o] = 2 * random.NextDouble();

        const int count = 100_000;
        var costs = Enumerable.Range(0, count).Select(_ => table.Of(policy.Sample(random))).ToArray();

        var mean = costs.Average();
        var error = Math.Sqrt(costs.Average(c => (c - mean) * (c - mean)) / count);
        Assert.InRange(table.Expected(policy.Probabilities()), mean - (3 * error), mean + (3 * error));
        Assert.InRange(error / mean, 1e-6, 0.01);
    }

    [Fact]
    public void The_gradient_of_the_expected_cost_equals_finite_differences()
    {
        var supernet = TestSpaces.Create(TestSpaces.Small());
        var space = supernet.Space(NamedSpaces.Parse("INT2,INT8"));
        var table = new CostTable(new ModelSize(), space, supernet.Model.Shapes);
        var random = new RandomStream(2);
        double[][] p = [.. space.Decisions.Select(d => d.Options.Select(_ => random.NextDouble()).ToArray())];
        double[][] gradient = [.. p.Select(d => new double[d.Length])];
        table.Expected(p, gradient);
        for (var d = 0; d < p.Length; d++)
        {
            for (var o = 0; o < p[d].Length; o++)
            {
                var was = p[d][o];
                p[d][o] = was + 1e-3;
                var above = table.Expected(p);
                p[d][o] = was - 1e-3;
                Assert.Equal((above - table.Expected(p)) / 2e-3 / table.Maximum, gradient[d][o] / table.Maximum, 1e-9);
                p[d][o] = was;
            }
        }
    }

    [Fact]
    public void Best_is_the_greatest_score_of_all_architectures_and_formats_within_the_limit()
    {
        var shapes = Tiny.Model.Shapes;     // before several threads ask for them
        Gen.Select(
            Gen.OneOf<ICostModel>(new BitOperations(), new ModelSize(), new BitSum()), Gen.OneOf(Gen.Const(Granularity.Layer), Gen.Const(Granularity.Model)),
            Gen.Double[0, 1], Gen.Int[1, 1000], Gen.Long).Sample((model, granularity, share, levels, seed) =>
        {
            var space = Tiny.Space(granularity == Granularity.Model ? NamedSpaces.Parse("INT2,INT8") : [NumberFormat.Int4], granularity);
            CheckBest(space, new CostTable(model, space, shapes), share, levels, seed);
        }, iter: 60);
    }

    [Fact]
    public void Best_is_exact_with_a_format_for_every_layer()
    {
        var supernet = TestSpaces.Create(new()
        {
            Stem = 8,
            Head = 8,
            Stages = [new(8) { Blocks = 2, Expansion = [2], Kernel = [3, 5], Filters = [1, 2], Skip = true }],
        });
        var space = supernet.Space(NamedSpaces.Parse("INT3,INT8"));
        var table = new CostTable(new BitOperations(), space, supernet.Model.Shapes);
        Gen.Select(Gen.Double[0, 1], Gen.Int[2, 1000], Gen.Long).Sample(
            (share, levels, seed) => CheckBest(space, table, share, levels, seed), iter: 20);
    }

    /// <summary>Whatever the size: no single change of the best choice that fits has a greater score.</summary>
    [Fact]
    public void The_best_of_the_whole_space_of_MobileNetV2_is_found_in_no_time_and_cannot_be_improved_by_a_change()
    {
        var supernet = new Supernet(Fliqs.Models.Mobile.MobileSpace.MobileNetV2.Searched().ForSmallImages() with { Width = 0.25 }, 1, 10, 28);
        var space = supernet.Space(NamedSpaces.Parse("int"));
        var table = new CostTable(new BitOperations(), space, supernet.Model.Shapes);
        foreach (var share in new[] { 0.01, 0.1 })
        {
            var random = new RandomStream(4);
            double[][] scores = [.. space.Decisions.Select(d => d.Options.Select(o => -random.NextDouble()).ToArray())];
            var budget = new Budget(table, table.Minimum + (share * (table.Maximum - table.Minimum)));

            var best = budget.Best(scores);

            Assert.True(budget.Admits(best));
            Assert.InRange(table.Of(best) / budget.Limit, 0.9, 1);
            for (var d = 0; d < scores.Length; d++)
                for (var o = 0; o < scores[d].Length; o++)
                    Assert.True(scores[d][o] <= scores[d][best[d]] + 1e-12 || !budget.Admits(best.With(d, o)), $"{space.Decisions[d].Name} {o}");
        }
    }

    /// <summary>With the options of random decisions settled, everything is as it was for the assignments that have them.</summary>
    [Fact]
    public void Settled_decisions_make_no_difference_and_all_others_make_what_they_made()
    {
        var space = Tiny.Space(NamedSpaces.Parse("INT2,INT8"), Granularity.Model);
        var (table, all) = (new CostTable(new BitOperations(), space, Tiny.Model.Shapes), SpaceCase.AllOf(space).ToList());
        Gen.Select(Gen.Double[0, 1], Gen.Bool.Array[space.Decisions.Count], Gen.Long).Sample(
            (share, which, seed) =>
            {
                var (random, settled) = (new RandomStream(seed), Enumerable.Range(0, which.Length).Where(d => which[d]).ToList());
                var given = TestSpaces.Draw(space, random);
                var limit = table.Of(given) + (share * (table.Maximum - table.Of(given)));
                var (budget, rest) = (new Budget(table, limit), new Budget(table, limit).Settle(given, settled));
                Assignment WithGiven(Assignment a) => settled.Aggregate(a, (b, d) => b.With(d, given[d]));

                for (var i = 0; i < 20; i++)
                    if (TestSpaces.Draw(space, random) is var drawn)
                        Assert.Equal(table.Of(WithGiven(drawn)), rest.Of(drawn), 1e-12);
                double[][] scores = [.. space.Decisions.Select((d, k) => d.Options.Select((_, o) => which[k] ? (o == given[k] ? 1 : 0) : random.NextDouble()).ToArray())];
                double Score(Assignment a) => scores.Select((s, d) => s[a[d]]).Sum();
                var best = rest.Best(scores);

                Assert.Equal(WithGiven(best), best);
                Assert.True(budget.Admits(best));
                Assert.Equal(all.Select(WithGiven).Where(budget.Admits).Max(Score), Score(best), 1e-9);
            }, iter: 40);
    }

    private static void CheckBest(SearchSpace space, CostTable table, double share, int levels, long seed)
    {
        var random = new RandomStream(seed);
        var budget = new Budget(table, table.Minimum + (share * (table.Maximum - table.Minimum)));
        double[][] scores = [.. space.Decisions.Select(d => d.Options.Select(_ => (double)random.NextInt(levels)).ToArray())];

        var best = budget.Best(scores);

        Assert.True(budget.Admits(best));
        var all = SpaceCase.AllOf(space).ToList();
        Assert.Equal(1, all.Min(table.Of) / table.Minimum, 1e-9);
        Assert.Equal(1, all.Max(table.Of) / table.Maximum, 1e-9);
        Assert.Equal(all.Where(budget.Admits).Max(a => scores.Select((s, d) => s[a[d]]).Sum()), scores.Select((s, d) => s[best[d]]).Sum(), 1e-9);
    }
}
