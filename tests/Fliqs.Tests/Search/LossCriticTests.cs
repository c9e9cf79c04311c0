using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Supernets;

namespace Fliqs.Tests.Search;

public sealed class LossCriticTests
{
    private static readonly SearchSpace Space = TestSpaces.Create(TestSpaces.Small()).Space([NumberFormat.Int4, NumberFormat.Int8]);

    [Fact]
    public void Finds_what_every_option_adds_to_a_noisy_loss_that_falls()
    {
        var (critic, random) = (new LossCritic(Space), new RandomStream(1));
        var truth = Space.Decisions.Select((d, i) => d.Options.Select((_, o) => i % 3 == 0 ? 0.1 * o : 0).ToArray()).ToArray();
        for (var t = 0; t < 4000; t++)
        {
            var drawn = TestSpaces.Draw(Space, random);
            var loss = (2 * Math.Exp(-t / 1000.0)) + (0.2 * (random.NextDouble() - 0.5))
                + truth.Select((e, d) => Space.IsActive(d, drawn) ? e[drawn[d]] : 0).Sum();
            var format = random.NextInt(2);
            critic.Observe(drawn, format, loss + (format == 0 ? 0.3 : 0));
        }

        double[][] rise = [.. Space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? [0.01 * i, 0] : new double[d.Options.Count])];
        critic.Complete(rise);

        foreach (var (d, decision) in Space.Decisions.Index().Where(d => d.Item.Kind is not (DecisionKind.Format or DecisionKind.Skip)))
            for (var o = 0; o < rise[d].Length; o++)
                Assert.Equal(truth[d][o], rise[d][o], 0.03);
        var formats = rise.Where((_, d) => Space.Decisions[d].Kind == DecisionKind.Format).ToList();
        var presence = Space.Decisions.Where(d => d.Kind == DecisionKind.Format).Select(d => d.SkippedBy is null ? 1 : 0.5);
        Assert.Equal(0.3, formats.Zip(presence, (r, p) => p * r[0]).Sum(), 0.03);
        Assert.All(formats, r => Assert.Equal(0, r[1]));
        Assert.Equal(Space.Decisions.Count - 1.0, formats[^1][0] / formats[0][0] * (Space.Decisions.Count - formats.Count), 1e-9);
    }

    [Fact]
    public void Takes_noise_for_noise()
    {
        var (critic, random) = (new LossCritic(Space), new RandomStream(2));
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
        var (whole, first, random) = (new LossCritic(Space), new LossCritic(Space), new RandomStream(3));
        var steps = Enumerable.Range(0, 60).Select(_ => (TestSpaces.Draw(Space, random), random.NextInt(2), random.NextDouble())).ToList();
        steps.ForEach(s => whole.Observe(s.Item1, s.Item2, s.Item3));
        steps.Take(30).ToList().ForEach(s => first.Observe(s.Item1, s.Item2, s.Item3));
        var second = new LossCritic(Space) { State = first.State };
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
