using CsCheck;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;

namespace Fliqs.Tests.Search;

public sealed class BoltzmannPriorTests
{
    private static readonly NumberFormat[] Integers = [.. NamedSpaces.Parse("int")];

    /// <summary>
    /// A network of several layers, a limit amid the uniform costs, and rises that fall with the bits, as they do. No two decisions are alike:
    /// those would stay undecided together, however cold the policy.
    /// </summary>
    private static readonly Gen<(Budget Budget, CategoricalPolicy Policy, double[][] Rise)> Tasks =
        from macs in Gen.Double[0, 6].Select(d => (long)(1e5 * Math.Exp(d))).Array[4, 24]
        from activations in Gen.Enum<ActivationMode>()
        from share in Gen.Double[0.1, 0.5]
        from temperature in Gen.OneOf(0.5, 1.0, 2.0)
        from size in Gen.OneOf(1e-6, 1.0, 1e5)
        from sensitivity in Gen.Double[-3, 3].Array[48]
        select Create(macs, activations, share, temperature, size, sensitivity);

    [Fact]
    public void The_expected_cost_is_the_limit_and_the_entropy_the_wanted_share() =>
        Gen.Select(Tasks, Gen.Double[0.05, 0.4]).Sample((task, share) =>
        {
            BoltzmannPrior.Set(task.Policy, task.Budget, task.Rise, share);

            Assert.Equal(1, task.Budget.Table.Expected(task.Policy.Probabilities()) / task.Budget.Limit, 1e-6);

            // To meet the limit in the mean, one decision has to stay undecided between two options, however cold the policy.
            var least = Math.Log(2) / (task.Rise.Length * Math.Log(7));
            var reached = task.Policy.MeanEntropy() / Math.Log(7);
            Assert.True(Math.Abs(reached - share) < 1e-3 || (share < least && reached <= least + 1e-3), $"{reached} instead of {share}");
        }, iter: 30);

    [Fact]
    public void Where_the_budget_does_not_bind_the_policy_is_the_softmax_of_the_rises()
    {
        var (budget, policy, rise) = Create([1_000_000, 2_000_000], ActivationMode.Tied, 0.4, 1, 1, [0, 0.5]);
        var ample = new Budget(budget.Table, budget.Table.Maximum);

        BoltzmannPrior.Set(policy, ample, rise, 0.5);

        Assert.True(ample.Table.Expected(policy.Probabilities()) < ample.Limit);
        Assert.Equal(0.5, policy.MeanEntropy() / Math.Log(7), 1e-6);
        var heat = -(rise[0][1] - rise[0][0]) / (policy.Logits[0][1] - policy.Logits[0][0]);
        for (var o = 0; o < 7; o++)
            Assert.Equal(-rise[1][o] / heat, policy.Logits[1][o], 1e-9);
    }

    [Fact]
    public void A_lower_rise_at_equal_cost_is_more_probable() =>
        Gen.Select(Tasks, Gen.Double[0.05, 0.4]).Sample((task, share) =>
        {
            // E4M3, INT8 and E5M2 cost the same
            NumberFormat[] formats = [NumberFormat.Int2, NumberFormat.Int8, NumberFormat.E4M3, NumberFormat.E5M2];
            var layers = task.Rise.Select((_, i) => new LayerShape($"conv{i}", 1000 * (i + 1), 1)).ToList();
            var space = SearchSpace.Create(layers, formats);
            var policy = new CategoricalPolicy(space);
            var rise = task.Rise.Select(r => new[] { r[0], r[3], r[6], r[4] }).ToArray();
            var table = new CostTable(new BitOperations(), space, layers);

            BoltzmannPrior.Set(policy, new Budget(table, table.Minimum + (0.3 * (table.Maximum - table.Minimum))), rise, share);

            foreach (var p in policy.LogProbabilities())
            {
                Assert.True(p[2] > p[3]);
                Assert.True(p[3] > p[1]);
            }
        }, iter: 30);

    [Fact]
    public void Without_what_the_price_took_the_best_assignment_is_that_of_the_least_rise() => Tasks.Sample(task =>
    {
        var charge = BoltzmannPrior.Set(task.Policy, task.Budget, task.Rise, 0.01);
        var worth = task.Policy.LogProbabilities().Zip(charge, (l, c) => l.Zip(c, (a, b) => a + b).ToArray()).ToArray();

        var (settled, best) = (task.Budget.Best(worth), task.Budget.Best([.. task.Rise.Select(r => r.Select(v => -v).ToArray())]));

        double Rise(Assignment a) => task.Rise.Select((r, d) => r[a[d]]).Sum();
        var worst = task.Rise.Sum(r => r.Max());
        Assert.InRange(Rise(settled) - Rise(best), -1e-9 * worst, 1e-6 * worst);
    }, iter: 20);

    [Theory]
    [InlineData(0)] // nothing is known
    [InlineData(1)] // only the cheapest assignment fits
    public void Degenerate_tasks_leave_a_policy_of_finite_numbers_within_the_limit(int kind)
    {
        var (budget, policy, rise) = Create([1_000_000, 3_000_000], ActivationMode.Separate, 0.3, 1, kind == 0 ? 0 : 1, new double[48]);
        if (kind == 1)
            budget = new Budget(budget.Table, budget.Table.Minimum);

        BoltzmannPrior.Set(policy, budget, rise, 0.2);

        Assert.All(policy.LogProbabilities().SelectMany(p => p), p => Assert.True(double.IsFinite(p)));
        Assert.InRange(budget.Table.Expected(policy.Probabilities()) / budget.Limit, 0, 1.001);
    }

    private static (Budget Budget, CategoricalPolicy Policy, double[][] Rise) Create(
        long[] macs, ActivationMode activations, double share, double temperature, double size, double[] sensitivity)
    {
        var layers = macs.Select((m, i) => new LayerShape($"conv{i}", m, 1)).ToList();
        var space = SearchSpace.Create(layers, Integers, activations: activations);
        var table = new CostTable(new BitOperations(), space, layers);
        var rise = space.Decisions.Select((_, d) =>
            Integers.Select(f => size * Math.Exp(sensitivity[d % 48] + (0.01 * d)) * Math.Pow(4, -f.Bits)).ToArray()).ToArray();
        return (new Budget(table, table.Minimum + (share * (table.Maximum - table.Minimum))), new CategoricalPolicy(space, temperature), rise);
    }
}
