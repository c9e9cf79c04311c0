using CsCheck;
using Fliqs.Policy;

namespace Fliqs.Tests.Policy;

public sealed class EntropyWeightTests
{
    [Theory]
    [InlineData(EntropySchedule.Cosine, 0, 0)]
    [InlineData(EntropySchedule.Cosine, 1.0 / 3, 0.125)]
    [InlineData(EntropySchedule.Cosine, 0.5, 0.25)]
    [InlineData(EntropySchedule.Cosine, 1, 0.5)]
    [InlineData(EntropySchedule.Linear, 0, 0)]
    [InlineData(EntropySchedule.Linear, 0.3, 0.15)]
    [InlineData(EntropySchedule.Linear, 1, 0.5)]
    [InlineData(EntropySchedule.Constant, 0, 0.5)]
    [InlineData(EntropySchedule.Constant, 1, 0.5)]
    [InlineData(EntropySchedule.Step, 0.499, 0)]
    [InlineData(EntropySchedule.Step, 0.5, 0.5)]
    [InlineData(EntropySchedule.Step, 1, 0.5)]
    public void Has_the_shape_of_its_schedule(EntropySchedule schedule, double progress, double weight) =>
        Assert.Equal(weight, EntropyWeight.At(schedule, progress, 0.5), 12);

    [Fact]
    public void Never_falls() =>
        Gen.Select(Gen.Enum<EntropySchedule>(), Gen.Double[0, 1], Gen.Double[0, 1]).Sample((schedule, a, b) => Assert.True(
            EntropyWeight.At(schedule, Math.Min(a, b), 2) <= EntropyWeight.At(schedule, Math.Max(a, b), 2)));

    [Fact]
    public void An_unknown_schedule_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => EntropyWeight.At((EntropySchedule)99, 0, 1));
}
