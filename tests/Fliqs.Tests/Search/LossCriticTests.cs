using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Supernets;
using Fliqs.Tests.Supernets;

namespace Fliqs.Tests.Search;

public sealed class LossCriticTests
{
    private static readonly Supernet Supernet = TestSpaces.Create(TestSpaces.Small());
    private static readonly SearchSpace Space = Supernet.Space([NumberFormat.Int4, NumberFormat.Int8]);
    private static readonly CostTable Table = new(new BitOperations(), Space, Supernet.Model.Shapes);
    private static readonly List<Decision> Architecture = [.. Space.Decisions.Where(d => d.Kind != DecisionKind.Format)];

    private static readonly CostTable Weights = new(new ModelSize(), Space, Supernet.Model.Shapes);

    private static double Size(Assignment assignment) => Math.Log(Table.Of(In(assignment, 0)) * Weights.Of(In(assignment, 0))) / 2;

    /// <summary>The architecture of an assignment in one format.</summary>
    private static Assignment In(Assignment assignment, int format) =>
        new([.. Space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? format : assignment[i])]);

    /// <summary>A critic that has seen losses of which the best kernel differs from block to block and small networks have the lower ones.</summary>
    private static LossCritic Taught(out double[][] truth)
    {
        var (critic, random) = (new LossCritic(Space, Table, Supernet.Model.Shapes), new RandomStream(1));
        var effects = Space.Decisions.Select((d, i) => d.Options.Select((_, o) => d.Kind == DecisionKind.Kernel ? 0.1 * ((o + i) % d.Options.Count) : 0).ToArray()).ToArray();
        for (var t = 0; t < 4000; t++)
        {
            var drawn = TestSpaces.Draw(Space, random);
            critic.Observe(drawn, 4 + Math.Exp(-t / 1000.0) + (0.2 * (random.NextDouble() - 0.5)) + (0.5 * Size(drawn))
                + effects.Select((e, d) => Space.IsActive(d, drawn) ? e[drawn[d]] : 0).Sum());
        }

        truth = effects;
        return critic;
    }

    [Fact]
    public void Finds_what_options_add_to_a_noisy_loss_that_falls_whatever_early_losses_say_of_size()
    {
        var rise = Taught(out var truth).ExpectedRise();

        var first = Space.Uniform(0);
        Assert.Equal(Architecture.Count, rise.Length);
        foreach (var (d, decision) in Architecture.Index())
        {
            List<double> sizes = [.. decision.Options.Select((_, o) => Size(first.With(d, o)))];
            if (decision.Kind == DecisionKind.Kernel)
                for (var o = 0; o < sizes.Count; o++)
                    Assert.Equal(truth[d][o], rise[d][o], 0.03);
            else if (decision.Kind == DecisionKind.Filters)
                Assert.True(rise[d][sizes.IndexOf(sizes.Max())] < rise[d][sizes.IndexOf(sizes.Min())], decision.Name);
        }
    }

    [Fact]
    public void Without_evidence_the_loss_falls_with_a_tenth_power_of_the_size()
    {
        var (critic, random) = (new LossCritic(Space, Table, Supernet.Model.Shapes), new RandomStream(1));
        for (var t = 0; t < 100; t++)
            critic.Observe(TestSpaces.Draw(Space, random), 2);
        var rise = critic.ExpectedRise();

        var first = Space.Uniform(0);
        for (var d = 0; d < rise.Length; d++)
            for (var o = 1; o < rise[d].Length; o++)
                Assert.Equal(-0.2 * (Size(first.With(d, o)) - Size(first)), rise[d][o] - rise[d][0], 1e-6);
    }

    [Fact]
    public void Takes_noise_for_noise()
    {
        var (critic, random) = (new LossCritic(Space, Table, Supernet.Model.Shapes), new RandomStream(2));
        for (var t = 0; t < 200; t++)
            critic.Observe(TestSpaces.Draw(Space, random), random.NextDouble());
        var noisy = critic.ExpectedRise();
        var silent = new LossCritic(Space, Table, Supernet.Model.Shapes);
        for (var t = 0; t < 200; t++)
            silent.Observe(TestSpaces.Draw(Space, random), 0.5);

        // the standard error of a mean of 67 draws is 0.035
        foreach (var (a, b) in noisy.Zip(silent.ExpectedRise()))
            foreach (var (x, y) in a.Zip(b))
                Assert.Equal(y, x, 0.03);
    }

    /// <summary>0.6 times the cost of all at their largest in INT4: INT8 everywhere is affordable for the smallest, INT4 for most.</summary>
    [Fact]
    public void The_architecture_fills_the_budget_in_four_bits_and_has_the_kernels_that_losses_speak_for()
    {
        var critic = Taught(out var truth);
        var budget = new Budget(Table, 0.6 * MostIn(0));
        var best = critic.Best(budget);

        Assert.All(Space.Decisions.Index().Where(d => d.Item.Kind == DecisionKind.Format), d => Assert.Equal(0, best[d.Index]));
        Assert.InRange(budget.Of(best) / budget.Limit, 0.9, 1);
        foreach (var (d, decision) in Architecture.Index())
            if (decision.Kind == DecisionKind.Kernel && Space.IsActive(d, best))
                Assert.Equal(0, truth[d][best[d]]);
    }

    /// <summary>A block with random kernels is worth the mean of its kernels; skipping it is better than that, and better or worse than the best kernel.</summary>
    [Theory]
    [InlineData(0.7, true)]
    [InlineData(0.3, false)]
    public void A_block_is_skipped_where_that_is_better_than_the_best_of_its_options(double gain, bool skipped)
    {
        var (critic, random) = (new LossCritic(Space, Table, Supernet.Model.Shapes), new RandomStream(1));
        int[] skips = [.. Architecture.Index().Where(d => d.Item.Kind == DecisionKind.Skip).Select(d => d.Index)];
        var kernel = Architecture.FindIndex(d => d.Kind == DecisionKind.Kernel && d.SkippedBy == skips[0]);
        for (var t = 0; t < 20000; t++)
        {
            var drawn = TestSpaces.Draw(Space, random);
            var loss = drawn[skips[0]] == 1 ? -gain : drawn[kernel] == 0 ? 0.5 * (Architecture[kernel].Options.Count - 1) : -0.5;
            critic.Observe(drawn, (gain / 2) + loss);    // of mean 0, so that size does not matter
        }

        var best = critic.Best(new Budget(Table, Table.Maximum));
        Assert.Equal(skipped ? 1 : 0, best[skips[0]]);
    }

    [Fact]
    public void A_budget_below_four_bits_takes_the_smallest_in_them_or_narrower_ones()
    {
        var critic = new LossCritic(Space, Table, Supernet.Model.Shapes);
        var only = Supernet.Space([NumberFormat.Int2, NumberFormat.Int4]);
        var table = new CostTable(new BitOperations(), only, Supernet.Model.Shapes);
        var budget = new Budget(table, 1.1 * table.Minimum);
        Assert.True(budget.Admits(new LossCritic(only, table, Supernet.Model.Shapes).Best(budget)));
        Assert.True(critic.Best(new Budget(Table, 1.0001 * Table.Minimum)) is { } least && Table.Of(least) <= 1.0001 * Table.Minimum);
    }

    [Fact]
    public void Goes_on_from_its_state()
    {
        var (whole, first, random) = (new LossCritic(Space, Table, Supernet.Model.Shapes), new LossCritic(Space, Table, Supernet.Model.Shapes), new RandomStream(3));
        var steps = Enumerable.Range(0, 60).Select(_ => (TestSpaces.Draw(Space, random), random.NextDouble())).ToList();
        steps.ForEach(s => whole.Observe(s.Item1, s.Item2));
        steps.Take(30).ToList().ForEach(s => first.Observe(s.Item1, s.Item2));
        var second = new LossCritic(Space, Table, Supernet.Model.Shapes) { State = first.State };
        steps.Skip(30).ToList().ForEach(s => second.Observe(s.Item1, s.Item2));

        Assert.Equal(whole.ExpectedRise(), second.ExpectedRise());
    }

    /// <summary>The cost of one of the largest architectures in a format.</summary>
    private static double MostIn(int format) => Enumerable.Range(0, 2000).Max(i => Table.Of(In(TestSpaces.Draw(Space, new RandomStream(i)), format)));
}
