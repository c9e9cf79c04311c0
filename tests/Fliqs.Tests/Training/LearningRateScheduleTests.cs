using CsCheck;
using Fliqs.Training;

namespace Fliqs.Tests.Training;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void It_rises_over_a_twentieth_and_falls_along_a_cosine()
    {
        Assert.Equal(1 / 6.0, LearningRateSchedule.FactorAt(0, 100), 1e-12);
        Assert.Equal(5 / 6.0, LearningRateSchedule.FactorAt(4, 100), 1e-12);
        Assert.Equal(1, LearningRateSchedule.FactorAt(5, 100), 1e-12);
        Assert.Equal((1 + Math.Cos(Math.PI / 2)) / 2, LearningRateSchedule.FactorAt(5 + 95 / 2, 100), 0.01);
        Assert.InRange(LearningRateSchedule.FactorAt(99, 100), 1e-6, 1e-3);
    }

    [Fact]
    public void Every_step_of_every_run_has_a_positive_rate_that_first_rises_and_then_falls() =>
        Gen.Int[1, 500].Sample(total =>
        {
            var factors = Enumerable.Range(0, total).Select(s => LearningRateSchedule.FactorAt(s, total)).ToArray();
            Assert.All(factors, f => Assert.InRange(f, 1e-9, 1));
            var peak = Array.IndexOf(factors, factors.Max());
            Assert.Equal(factors[..peak].Order(), factors[..peak]);
            Assert.Equal(factors[peak..].OrderDescending(), factors[peak..]);
        });
}
