using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Search.Baselines;
using Fliqs.Space;
using Fliqs.Tests.Contracts;

namespace Fliqs.Tests.Search.Baselines;

public sealed class RandomAssignmentsTests
{
    private static readonly Gen<(SearchSpace Space, Budget Budget)> Tasks =
        from macs in Gen.Long[1, 100_000].Array[1, 12]
        from activations in Gen.Enum<ActivationMode>()
        from share in Gen.Double[0, 1]
        let layers = macs.Select((m, i) => new LayerShape($"conv{i}", m, 1)).ToList()
        let space = SearchSpace.Create(layers, NamedSpaces.Parse("int"), activations: activations)
        let table = new CostTable(new BitOperations(), space, layers)
        select (space, new Budget(table, table.Minimum + (share * (table.Maximum - table.Minimum))));

    [Fact]
    public void A_draw_keeps_the_budget_and_leaves_no_room_in_it() => Gen.Select(Tasks, Gen.Long).Sample((task, seed) =>
    {
        var (space, budget) = task;
        var drawn = RandomAssignments.Draw(space, budget, new RandomStream(seed));
        Assert.True(budget.Admits(drawn));
        for (var d = 0; d < drawn.Count; d++)
        {
            for (var o = drawn[d] + 1; o < space.Formats.Count; o++)
                Assert.False(budget.Admits(drawn.With(d, o)));
        }

        Assert.Equal(drawn, RandomAssignments.Draw(space, budget, new RandomStream(seed)));
    }, iter: 200);

    /// <summary>Where runtimes compute in integers only if both operands are, one decision by itself may make nothing cheaper.</summary>
    [Fact]
    public void A_draw_gets_off_a_plateau_of_latencies()
    {
        var layers = Enumerable.Range(0, 4).Select(i => new LayerShape($"conv{i}", 1000, 1)).ToList();
        var space = SearchSpace.Create(layers, [NumberFormat.Int8, NumberFormat.Fp32], activations: ActivationMode.Separate);
        var budget = new Budget(new CostTable(new BothOrNeither(), space, layers), 4);
        Assert.All(Enumerable.Range(0, 50), i => Assert.True(budget.Admits(RandomAssignments.Draw(space, budget, new RandomStream(i)))));
    }

    private sealed class BothOrNeither : ICostModel
    {
        public string Name => "both";

        public string Unit => "ms";

        public double LayerCost(LayerShape layer, LayerFormats formats) => formats == new LayerFormats(NumberFormat.Int8) ? 1 : 2;
    }

    [Fact]
    public void Draws_differ_and_use_every_option()
    {
        var layers = Enumerable.Range(0, 8).Select(i => new LayerShape($"conv{i}", 1000, 1)).ToList();
        var space = SearchSpace.Create(layers, NamedSpaces.Parse("int"));
        var budget = new Budget(new CostTable(new BitOperations(), space, layers), NetworkCost.OfUniform(new BitOperations(), layers, NumberFormat.Parse("INT5")));
        var draws = Enumerable.Range(0, 200).Select(i => RandomAssignments.Draw(space, budget, new RandomStream(i))).ToList();
        Assert.True(draws.Distinct().Count() > 195);
        for (var d = 0; d < 8; d++)
            Assert.Equal(Enumerable.Range(0, 7), draws.Select(a => a[d]).Distinct().Order());
    }

    [Fact]
    public void The_one_is_chosen_in_which_the_network_predicts_best()
    {
        using var run = new TestRun();
        run.Run(new Judge(run.Space, run.Budget));
    }

    private sealed class Judge(SearchSpace space, Budget budget) : ISearchMethod
    {
        public string Name => "judge";

        public SearchOutcome Run(SearchContext run)
        {
            const int Count = 6;
            var weights = run.Trainer.State().ToDictionary(t => t.Key, t => t.Value.clone());
            var chosen = RandomAssignments.Choose(run, space, budget, Count);
            Assert.All(run.Trainer.State(), t => Assert.True(t.Value.equal(weights[t.Key]).all().item<bool>(), t.Key));

            var accuracies = Enumerable.Range(0, Count)
                .Select(i => RandomAssignments.Draw(space, budget, new RandomStream(run.Seed, 0x72616E, i))).ToDictionary(a => a, Accuracy);
            Assert.Equal(accuracies.Values.Max(), accuracies[chosen]);
            Assert.True(accuracies.Values.Distinct().Count() > 2);
            return new SearchOutcome(chosen);

            double Accuracy(Assignment assignment)
            {
                run.Model.Apply(space, assignment);
                return Enumerable.Range(0, 8).Average(run.ValidateOnBatch);
            }
        }
    }
}
