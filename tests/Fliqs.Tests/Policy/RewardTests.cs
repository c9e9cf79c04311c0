using CsCheck;
using Fliqs.Policy;

namespace Fliqs.Tests.Policy;

public sealed class RewardTests
{
    [Theory]
    [InlineData(RewardRule.Abs, 0.8, 1.5, 0.2, 0.7)]
    [InlineData(RewardRule.Abs, 0.8, 0.5, 0.2, 0.7)]
    [InlineData(RewardRule.Abs, -2, 1, 1, -2)]
    [InlineData(RewardRule.OneSided, 0.8, 1.5, 0.2, 0.7)]
    [InlineData(RewardRule.OneSided, 0.8, 0.5, 0.2, 0.8)]
    [InlineData(RewardRule.OneSided, -3, 3, 0.5, -4)]
    [InlineData(RewardRule.SoftExponential, 0.8, 4, 0.5, 0.4)]
    [InlineData(RewardRule.SoftExponential, 0.8, 0.25, 0.5, 1.6)]
    [InlineData(RewardRule.HardExponential, 0.8, 4, 0.5, 0.4)]
    [InlineData(RewardRule.HardExponential, 0.8, 0.25, 0.5, 0.8)]
    [InlineData(RewardRule.HardExponential, 0, 9, 0.5, 0)]
    public void Follows_the_formula(RewardRule rule, double quality, double relativeCost, double beta, double reward) =>
        Assert.Equal(reward, Reward.Of(rule, quality, relativeCost, beta), 12);

    [Fact]
    public void Is_the_quality_at_the_target_and_never_rises_with_the_cost_above_it() =>
        Gen.Select(Gen.Enum<RewardRule>(), Gen.Double[0, 1], Gen.Double[1, 5], Gen.Double[1, 5], Gen.Double[0.01, 2]).Sample(
            (rule, quality, r1, r2, beta) =>
            {
                Assert.Equal(quality, Reward.Of(rule, quality, 1, beta), 12);
                var (near, far) = (Math.Min(r1, r2), Math.Max(r1, r2));
                Assert.True(Reward.Of(rule, quality, near, beta) >= Reward.Of(rule, quality, far, beta));
            });

    [Fact]
    public void Always_rises_with_the_quality() =>
        Gen.Select(Gen.Enum<RewardRule>(), Gen.Double[0, 1], Gen.Double[0.01, 1], Gen.Double[0.1, 5], Gen.Double[0.01, 2]).Sample(
            (rule, quality, more, r, beta) =>
                Assert.True(Reward.Of(rule, quality + more, r, beta) > Reward.Of(rule, quality, r, beta)));

    [Theory]
    [InlineData(RewardRule.SoftExponential)]
    [InlineData(RewardRule.HardExponential)]
    public void Exponential_rules_refuse_a_negative_quality(RewardRule rule)
    {
        var e = Assert.Throws<ArgumentOutOfRangeException>(() => Reward.Of(rule, -0.5, 1, 1));
        Assert.Contains("-0.5", e.Message);
    }

    [Fact]
    public void An_unknown_rule_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Reward.Of((RewardRule)99, 1, 1, 1));
}
