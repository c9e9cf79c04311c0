using CsCheck;
using Fliqs.Training;

namespace Fliqs.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private static readonly LearningRateSchedule Default = new();

    [Fact]
    public void By_default_it_rises_over_a_twentieth_and_falls_along_a_cosine()
    {
        Assert.Equal(1 / 6.0, Default.FactorAt(0, 100, 10), 1e-12);
        Assert.Equal(5 / 6.0, Default.FactorAt(4, 100, 10), 1e-12);
        Assert.Equal(1, Default.FactorAt(5, 100, 10), 1e-12);
        Assert.Equal((1 + Math.Cos(Math.PI / 2)) / 2, Default.FactorAt(5 + 95 / 2, 100, 10), 0.01);
        Assert.InRange(Default.FactorAt(99, 100, 10), 1e-6, 1e-3);
    }

    [Fact]
    public void A_step_schedule_falls_at_the_end_of_every_so_many_epochs()
    {
        var schedule = new LearningRateSchedule { Kind = ScheduleKind.Step, WarmUpShare = 0, DecayEpochs = 3, DecayFactor = 0.1 };
        // 7 steps an epoch, 9 epochs
        Assert.Equal([(0, 1), (21, 0.1), (42, 0.01)], Changes(schedule, 63, 9));
        // EfficientNet's: by 0.97 every 2.4 epochs; 10 steps an epoch, 12 epochs
        var frequent = schedule with { DecayEpochs = 2.4, DecayFactor = 0.97 };
        Assert.Equal([0, 24, 48, 72, 96], Changes(frequent, 120, 12).Select(c => c.Step));
        Assert.Equal(Math.Pow(0.97, 4), frequent.FactorAt(119, 120, 12), 1e-12);
    }

    [Fact]
    public void An_exponential_schedule_falls_by_the_same_share_in_every_step()
    {
        var schedule = new LearningRateSchedule { Kind = ScheduleKind.Exponential, WarmUpShare = 0, DecayEpochs = 2, DecayFactor = 0.5 };
        for (var step = 0; step < 60; step++)
            Assert.Equal(Math.Pow(0.5, step / 20.0), schedule.FactorAt(step, 60, 6), 1e-12);
        var rising = schedule with { WarmUpShare = 0.1 };
        for (var step = 0; step < 60; step++)
            Assert.Equal((step < 6 ? (step + 1) / 7.0 : 1) * schedule.FactorAt(step, 60, 6), rising.FactorAt(step, 60, 6), 1e-12);
    }

    [Fact]
    public void Without_a_warm_up_the_first_step_has_the_peak() =>
        Assert.All(Enum.GetValues<ScheduleKind>(), kind => Assert.Equal(1, new LearningRateSchedule { Kind = kind, WarmUpShare = 0 }.FactorAt(0, 50, 5)));

    [Fact]
    public void Every_step_of_every_run_has_a_positive_rate_that_first_rises_and_then_falls() =>
        Gen.Select(Gen.Int[1, 500], Gen.Double[0, 0.99], Gen.Int[0, 2]).Sample((total, warmUp, kind) =>
        {
            var schedule = new LearningRateSchedule { Kind = (ScheduleKind)kind, WarmUpShare = warmUp, DecayEpochs = 50 };
            var factors = Enumerable.Range(0, total).Select(s => schedule.FactorAt(s, total, kind == 0 ? 10 : 1)).ToArray();
            Assert.All(factors, f => Assert.InRange(f, 1e-9, 1));
            var peak = Array.IndexOf(factors, factors.Max());
            Assert.Equal(factors[..peak].Order(), factors[..peak]);
            Assert.Equal(factors[peak..].OrderDescending(), factors[peak..]);
        });

    private static List<(int Step, double Factor)> Changes(LearningRateSchedule schedule, int total, int epochs) =>
        [.. from step in Enumerable.Range(0, total)
            let factor = Math.Round(schedule.FactorAt(step, total, epochs), 12)
            where step == 0 || factor != Math.Round(schedule.FactorAt(step - 1, total, epochs), 12)
            select (step, factor)];
}
