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

    /// <summary>Rises that the other critic foretells: INT8 does no harm, INT4 the more the later.</summary>
    private static double[][] Foretold() => [.. Space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? [0.01 * i, 0] : new double[d.Options.Count])];

    private static double Size(Assignment assignment) =>
        Math.Log(Table.Of(new Assignment([.. Space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? 0 : assignment[i])])));

    /// <summary>The best kernel differs from block to block, which has little to do with size; small networks learn faster.</summary>
    [Fact]
    public void Finds_what_options_add_to_a_noisy_loss_that_falls_whatever_early_losses_say_of_size()
    {
        var (critic, random) = (new LossCritic(Space, Table), new RandomStream(1));
        var truth = Space.Decisions.Select((d, i) => d.Options.Select((_, o) => d.Kind == DecisionKind.Kernel ? 0.1 * ((o + i) % d.Options.Count) : 0).ToArray()).ToArray();
        for (var t = 0; t < 4000; t++)
        {
            var drawn = TestSpaces.Draw(Space, random);
            var loss = 5 + Math.Exp(-t / 1000.0) + (0.2 * (random.NextDouble() - 0.5)) + (0.5 * Size(drawn))
                + truth.Select((e, d) => Space.IsActive(d, drawn) ? e[drawn[d]] : 0).Sum();
            var format = random.NextInt(2);
            critic.Observe(drawn, format, loss + (format == 0 ? 0.3 : 0));
        }

        var rise = Foretold();
        critic.Complete(rise);

        var first = Space.Uniform(0);
        foreach (var (d, decision) in Space.Decisions.Index().Where(d => d.Item.Kind != DecisionKind.Format))
        {
            List<double> sizes = [.. decision.Options.Select((_, o) => Size(first.With(d, o)))];
            if (decision.Kind == DecisionKind.Kernel)
                for (var o = 0; o < sizes.Count; o++)
                    Assert.Equal(truth[d][o], rise[d][o], 0.03);
            else if (decision.Kind == DecisionKind.Filters)
                Assert.True(rise[d][sizes.IndexOf(sizes.Max())] < rise[d][sizes.IndexOf(sizes.Min())], decision.Name);
        }

        var formats = rise.Where((_, d) => Space.Decisions[d].Kind == DecisionKind.Format).ToList();
        var presence = Space.Decisions.Where(d => d.Kind == DecisionKind.Format).Select(d => d.SkippedBy is null ? 1 : 0.5);
        Assert.Equal(0.3, formats.Zip(presence, (r, p) => p * r[0]).Sum(), 0.03);
        Assert.All(formats, r => Assert.Equal(0, r[1]));
        Assert.Equal(Space.Decisions.Count - 1.0, formats[^1][0] / formats[0][0] * (Space.Decisions.Count - formats.Count), 1e-9);
    }

    [Fact]
    public void Without_evidence_the_loss_falls_with_a_tenth_power_of_the_cost()
    {
        var (critic, random) = (new LossCritic(Space, Table), new RandomStream(1));
        for (var t = 0; t < 100; t++)
            critic.Observe(TestSpaces.Draw(Space, random), t % 2, 2);
        var rise = Foretold();
        critic.Complete(rise);

        var first = Space.Uniform(0);
        foreach (var (d, _) in Space.Decisions.Index().Where(d => d.Item.Kind != DecisionKind.Format))
            for (var o = 1; o < rise[d].Length; o++)
                Assert.Equal(-0.2 * (Size(first.With(d, o)) - Size(first)), rise[d][o] - rise[d][0], 1e-6);
    }

    /// <summary>In these steps the middle one of three formats happened to have the highest losses.</summary>
    [Fact]
    public void No_format_is_better_than_one_that_less_harm_is_foretold_of()
    {
        var space = Supernet.Space(NamedSpaces.Parse("INT4,INT6,INT8"));
        var critic = new LossCritic(space, new CostTable(new BitOperations(), space, Supernet.Model.Shapes));
        var random = new RandomStream(1);
        for (var t = 0; t < 300; t++)
            critic.Observe(TestSpaces.Draw(space, random), t % 3, 2 + (t % 3 == 1 ? 0.5 : 0));
        double[][] rise = [.. space.Decisions.Select(d => d.Kind == DecisionKind.Format ? [1, 0.5, 0.1] : new double[d.Options.Count])];
        critic.Complete(rise);

        Assert.All(rise.Where((_, d) => space.Decisions[d].Kind == DecisionKind.Format), r =>
        {
            Assert.InRange(r[1], r[2], r[0] + 1e-9);
            Assert.True(r[1] > 0);
        });
    }

    [Fact]
    public void Takes_noise_for_noise()
    {
        var (critic, random) = (new LossCritic(Space, Table), new RandomStream(2));
        for (var t = 0; t < 200; t++)
            critic.Observe(TestSpaces.Draw(Space, random), random.NextInt(2), random.NextDouble());
        double[][] rise = [.. Space.Decisions.Select(d => new double[d.Options.Count])];
        critic.Complete(rise);

        // the standard error of a mean of 67 draws is 0.035
        Assert.InRange(rise.Average(r => r.Max()), 0, 0.03);
    }

    [Fact]
    public void Goes_on_from_its_state()
    {
        var (whole, first, random) = (new LossCritic(Space, Table), new LossCritic(Space, Table), new RandomStream(3));
        var steps = Enumerable.Range(0, 60).Select(_ => (TestSpaces.Draw(Space, random), random.NextInt(2), random.NextDouble())).ToList();
        steps.ForEach(s => whole.Observe(s.Item1, s.Item2, s.Item3));
        steps.Take(30).ToList().ForEach(s => first.Observe(s.Item1, s.Item2, s.Item3));
        var second = new LossCritic(Space, Table) { State = first.State };
        steps.Skip(30).ToList().ForEach(s => second.Observe(s.Item1, s.Item2, s.Item3));

        double[][] Rise(LossCritic critic)
        {
            double[][] rise = [.. Space.Decisions.Select(d => new double[d.Options.Count])];
            critic.Complete(rise);
            return rise;
        }

        Assert.Equal(Rise(whole), Rise(second));
    }
}
