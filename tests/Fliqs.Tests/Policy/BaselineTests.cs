using CsCheck;
using Fliqs.Policy;

namespace Fliqs.Tests.Policy;

public sealed class BaselineTests
{
    [Fact]
    public void Is_the_weighted_mean_of_the_rewards_with_weights_that_decay() =>
        Gen.Select(Gen.Double[-5, 5].Array[1, 30], Gen.OneOf(0, 0.5, 0.95, 0.99)).Sample((rewards, decay) =>
        {
            var baseline = new Baseline(decay);
            for (var n = 1; n <= rewards.Length; n++)
            {
                var advantage = baseline.Advantage(rewards[n - 1]);

                var weights = Enumerable.Range(0, n).Select(i => Math.Pow(decay, n - 1 - i)).ToArray();
                var mean = weights.Zip(rewards, (w, r) => w * r).Sum() / weights.Sum();
                Assert.Equal(mean, baseline.Value, 1e-9);
                Assert.Equal(rewards[n - 1] - mean, advantage, 1e-9);
            }
        });

    [Fact]
    public void Is_zero_before_the_first_reward_and_that_reward_after_it()
    {
        var baseline = new Baseline(0.99);
        Assert.Equal(0, baseline.Value);
        Assert.Equal(0, baseline.Advantage(-2.5), 12);
        Assert.Equal(-2.5, baseline.Value, 12);
    }

    [Fact]
    public void Goes_on_from_its_state_as_if_it_had_not_stopped()
    {
        var whole = new Baseline(0.9);
        whole.Advantage(1);
        whole.Advantage(3);
        var resumed = new Baseline(0.9) { State = whole.State };

        Assert.Equal(whole.Advantage(-4), resumed.Advantage(-4));
        Assert.Equal(whole.State, resumed.State);
    }
}
