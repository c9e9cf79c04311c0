using CsCheck;
using Fliqs.Training;

namespace Fliqs.Tests.Training;

public sealed class LearningRateScheduleTests
{
    private static readonly Gen<int> Totals = Gen.Int[40, 20_000];

    [Fact]
    public void Rises_for_a_twentieth_of_the_run_and_falls_from_there() => Totals.Sample(total =>
    {
        var factors = Factors(total);
        var peak = Array.IndexOf(factors, factors.Max());

        Assert.InRange(peak, (0.05 * total) - 1, (0.05 * total) + 1);
        for (var step = 1; step < total; step++)
            Assert.True(step <= peak ? factors[step] > factors[step - 1] : factors[step] < factors[step - 1]);
    });

    [Fact]
    public void Is_linear_in_the_rise_and_a_half_cosine_in_the_fall()
    {
        var factors = Factors(1000);
        for (var step = 0; step < 50; step++)
            Assert.Equal((step + 1) / 51.0, factors[step], 12);
        Assert.Equal(1, factors[50], 12);
        Assert.Equal(0.5, factors[525], 12);
        Assert.Equal(0.75, factors[50 + 317], 1e-3); // a third of the fall, cos 60 degrees
    }

    [Fact]
    public void Ends_at_almost_zero_but_every_step_learns() => Totals.Sample(total =>
    {
        var factors = Factors(total);
        Assert.True(factors[^1] < 0.002);
        Assert.All(factors, f => Assert.InRange(f, double.Epsilon, 1));
    });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(19)]
    [InlineData(21)]
    public void Very_short_runs_learn_in_every_step(int total) =>
        Assert.All(Factors(total), f => Assert.InRange(f, 1e-3, 1));

    private static double[] Factors(int total) => [.. Enumerable.Range(0, total).Select(s => LearningRateSchedule.FactorAt(s, total))];
}
