using CsCheck;
using Fliqs.Search;

namespace Fliqs.Tests.Search;

public sealed class PhaseScheduleTests
{
    private static readonly Gen<(OneShotOptions Options, int Total)> Runs =
        from total in Gen.Int[1, 3000]
        from warmUp in Gen.OneOf(Gen.Const(0.0), Gen.Double[0, 0.99])
        from rest in Gen.OneOf(Gen.Const(0.0), Gen.Const(1.0), Gen.Double[0, 1])
        select (new OneShotOptions { WarmUpShare = warmUp, FinalShare = rest * (1 - warmUp) }, total);

    [Theory]
    [InlineData(0.2, 0.6, 100, 20, 40)]
    [InlineData(0.25, 0, 100, 25, 100)]
    [InlineData(0.25, 0.75, 40, 10, 10)]
    [InlineData(0, 0.5, 10, 0, 5)]
    [InlineData(0.01, 0.5, 10, 1, 5)]
    [InlineData(0.5, 0.5, 1, 1, 1)]
    [InlineData(0.98, 0, 20, 19, 20)]
    public void Borders_are_where_the_shares_put_them(double warmUp, double final, int total, int explore, int last)
    {
        var schedule = new PhaseSchedule(new OneShotOptions { WarmUpShare = warmUp, FinalShare = final }, total);
        for (var step = 0; step < total; step++)
            Assert.Equal(step < explore ? Phase.WarmUp : step < last ? Phase.Explore : Phase.Final, schedule.At(step));
    }

    [Fact]
    public void Phases_follow_one_another_and_have_their_shares() => Runs.Sample(run =>
    {
        var schedule = new PhaseSchedule(run.Options, run.Total);
        var phases = Enumerable.Range(0, run.Total).Select(schedule.At).ToList();

        Assert.Equal(phases.Order(), phases);
        Assert.Equal(run.Options.WarmUpShare > 0, phases[0] == Phase.WarmUp);
        Assert.InRange(phases.Count(p => p == Phase.WarmUp) - (run.Options.WarmUpShare * run.Total), -1, 1);
        Assert.InRange(phases.Count(p => p == Phase.Final) - (run.Options.FinalShare * run.Total), -1.01, 0.501);
    });

    [Fact]
    public void The_exploration_counts_up_evenly_to_one() => Runs.Sample(run =>
    {
        var schedule = new PhaseSchedule(run.Options, run.Total);
        var progress = Enumerable.Range(0, run.Total).Where(s => schedule.At(s) == Phase.Explore).Select(schedule.ExploreProgress).ToList();
        for (var i = 0; i < progress.Count; i++)
            Assert.Equal((i + 1.0) / progress.Count, progress[i], 1e-12);
    });

    [Fact]
    public void The_critic_collects_in_the_second_half_of_the_warm_up_at_least_twenty_times_if_it_is_long_enough() => Runs.Sample(run =>
    {
        var schedule = new PhaseSchedule(run.Options, run.Total);
        var warmUp = Enumerable.Range(0, run.Total).Count(s => schedule.At(s) == Phase.WarmUp);
        var collected = Enumerable.Range(0, run.Total).Where(schedule.Collects).ToList();

        Assert.All(collected, s => Assert.InRange(s, warmUp / 2, warmUp - 1));
        Assert.True(collected.Count >= Math.Min(20, warmUp - (warmUp / 2)));
        Assert.True(collected.Count <= Math.Max(39, (warmUp / 20) + 2));
        if (warmUp > 0)
            Assert.Equal(warmUp - 1, collected[^1]); // the network is best known at the end
    });

    [Fact]
    public void Architectures_are_tried_until_the_critic_collects_and_without_one_throughout_the_warm_up() => Runs.Sample(run =>
    {
        foreach (var prior in new[] { PriorKind.FisherBlock, PriorKind.None })
        {
            var schedule = new PhaseSchedule(run.Options with { Prior = prior }, run.Total);
            var (steps, warmUp) = (Enumerable.Range(0, run.Total).ToList(), Enumerable.Range(0, run.Total).Count(s => schedule.At(s) == Phase.WarmUp));

            var tried = steps.Where(schedule.TriesArchitectures).ToList();
            Assert.Equal(Enumerable.Range(0, prior == PriorKind.None ? warmUp : warmUp / 2), tried);
            Assert.DoesNotContain(true, tried.Select(schedule.Collects));
        }
    });

    [Fact]
    public void A_long_warm_up_is_collected_from_in_every_tenth_step()
    {
        var schedule = new PhaseSchedule(new OneShotOptions { WarmUpShare = 0.5, FinalShare = 0 }, 2000);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => 509 + (10 * i)), Enumerable.Range(0, 2000).Where(schedule.Collects));
    }

    [Fact]
    public void Without_a_Fisher_prior_nothing_is_collected()
    {
        var schedule = new PhaseSchedule(OneShotOptions.Plain, 1000);
        Assert.DoesNotContain(true, Enumerable.Range(0, 1000).Select(schedule.Collects));
    }
}
