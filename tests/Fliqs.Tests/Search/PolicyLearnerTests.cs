using System.Text.Json;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Storage;

namespace Fliqs.Tests.Search;

public sealed class PolicyLearnerTests
{
    private static readonly NumberFormat[] Integers = [.. NamedSpaces.Parse("int")];

    private readonly LayerShape[] layers = [.. Enumerable.Range(0, 6).Select(i => new LayerShape($"conv{i}", 1_000_000 * (1 + i), 1))];
    private readonly SearchSpace space;
    private readonly CostTable table;

    public PolicyLearnerTests()
    {
        space = SearchSpace.Create(layers, Integers);
        table = new CostTable(new BitOperations(), space, layers);
    }

    private Budget Budget => new(table, NetworkCost.OfUniform(new BitOperations(), layers, NumberFormat.Int4));

    [Theory]
    [InlineData(CostGradient.Exact, RewardRule.Abs, 1)]
    [InlineData(CostGradient.Exact, RewardRule.OneSided, 1)]
    [InlineData(CostGradient.Sampled, RewardRule.Abs, 1)]
    [InlineData(CostGradient.Exact, RewardRule.Abs, 4)]
    [InlineData(CostGradient.Sampled, RewardRule.Abs, 4)]
    public void Finds_a_good_assignment_within_the_budget_from_rewards_alone(CostGradient gradient, RewardRule reward, int samples)
    {
        var budget = Budget;
        var learner = new PolicyLearner(space, budget, new OneShotOptions
        {
            CostGradient = gradient,
            Reward = reward,
            PolicyLearningRate = 0.03,
            EntropyWeight = 0.1,
            BaselineDecay = 0.95,
        });

        Train(learner, 2000 / samples, seed: 1, samples);

        var best = learner.Best();
        Assert.True(budget.Admits(best));
        var (reached, optimum, uniform) = (Quality(best), Quality(budget.Best(Scores())), Quality(space.Uniform(2)));
        Assert.True(optimum > uniform + 0.3, "the task has to leave something to win");
        Assert.True(reached > uniform + (0.5 * (optimum - uniform)), $"{reached}, uniform {uniform}, optimum {optimum}");
        Assert.True(learner.Policy.MeanEntropy() < 0.5 * Math.Log(7));
    }

    [Fact]
    public void A_step_that_is_learnt_from_tells_the_policy_after_it()
    {
        var learner = new PolicyLearner(space, Budget, new OneShotOptions { PolicyLearningRate = 3 });
        var assignment = learner.Policy.Sample(new RandomStream(1, 2, 3));
        Assert.Null(learner.Signals(assignment).Policy);
        var policy = learner.Learn([(assignment, 0.5)], 0.5).Policy!;
        policy = learner.Learn([(assignment, 0.9)], 0.5).Policy!;

        Assert.Equal(space.Decisions.Select(d => d.Name), policy.Keys);
        for (var d = 0; d < space.Decisions.Count; d++)
            Assert.Equal(
                space.Decisions[d].Options.Zip(learner.Policy.Probabilities()[d]).Where(o => o.Second >= 0.0005).Select(o => (o.First, Math.Round(o.Second, 3))),
                policy[space.Decisions[d].Name].Select(o => (o.Key, o.Value)));
    }

    [Fact]
    public void Known_derivatives_of_the_loss_are_followed_to_the_target()
    {
        var budget = Budget;
        var learner = new PolicyLearner(space, budget, new OneShotOptions { PolicyLearningRate = 0.02 });
        for (var i = 0; i < 1500; i++)
            learner.Learn([.. Scores().Select(s => s.Select(v => -v).ToArray())]);

        Assert.Equal(1, table.Expected(learner.Policy.Probabilities()) / budget.Limit, 0.03);
        var (reached, optimum, uniform) = (Quality(learner.Best()), Quality(budget.Best(Scores())), Quality(space.Uniform(2)));
        Assert.True(reached > uniform + (0.9 * (optimum - uniform)), $"{reached}, uniform {uniform}, optimum {optimum}");
    }

    [Theory]
    [InlineData(0.6)]
    [InlineData(1.8)]
    public void The_exact_gradient_drives_the_expected_cost_to_the_target(double factor)
    {
        var limit = factor * NetworkCost.OfUniform(new BitOperations(), layers, NumberFormat.Int4);
        var learner = new PolicyLearner(space, new Budget(table, limit), new OneShotOptions { PolicyLearningRate = 0.02, EntropyWeight = 0 });

        StepRecord last = null!;
        var random = new RandomStream(4);
        for (var i = 0; i < 1500; i++)
            last = learner.Learn([(learner.Policy.Sample(random), 0.5)], progress: 0);

        Assert.Equal(1, table.Expected(learner.Policy.Probabilities()) / limit, 0.02);
        Assert.Equal(table.Expected(learner.Policy.Probabilities()), last.ExpectedCost);
    }

    [Fact]
    public void A_one_sided_penalty_leaves_a_policy_below_the_target_alone()
    {
        var limit = table.Maximum;
        var learner = new PolicyLearner(space, new Budget(table, limit), new OneShotOptions { Reward = RewardRule.OneSided, EntropyWeight = 0 });
        learner.Learn([(space.Uniform(0), 0.5)], 0);
        Assert.All(learner.Policy.Logits.SelectMany(l => l), v => Assert.Equal(0, v, 1e-12));
    }

    [Fact]
    public void The_signals_are_those_of_the_sample()
    {
        var budget = Budget;
        var learner = new PolicyLearner(space, budget, new OneShotOptions { Beta = 0.5 });
        var sample = space.Uniform(6);

        var first = learner.Learn([(sample, -1)], 0.5);
        var second = learner.Learn([(sample, -0.4)], 0.5);

        Assert.Equal(table.Of(sample), first.Cost);
        Assert.Equal(-1, first.Quality);
        Assert.Equal(-1 - (0.5 * ((table.Of(sample) / budget.Limit) - 1)), first.Reward!.Value, 1e-12);
        Assert.Equal(0, first.Advantage!.Value, 1e-12);
        Assert.True(second.Advantage > 0);
        Assert.True(learner.Policy.Logits[0][6] > learner.Policy.Logits[0][0] - 0.1);
    }

    /// <summary>The gradient of a step of several is the mean of their own, each with the reward over the mean of the others.</summary>
    [Fact]
    public void Several_samples_are_compared_with_one_another()
    {
        var options = new OneShotOptions { EntropyWeight = 0, Beta = 0 };
        var (learner, expected) = (new PolicyLearner(space, Budget, options), new PolicyLearner(space, Budget, options));
        (Assignment Assignment, double Quality)[] samples = [(space.Uniform(0), 1), (space.Uniform(1), 2), (space.Uniform(2), 6)];
        double[] advantages = [1 - 4, 2 - 3.5, 6 - 1.5];
        var record = learner.Learn(samples, 0);

        var gradient = expected.Policy.Logits.Select(l => new double[l.Length]).ToArray();
        foreach (var ((assignment, _), advantage) in samples.Zip(advantages))
            expected.Policy.AddLogProbabilityGradient(gradient, assignment, -advantage / 3);
        new AdamState(expected.Policy.Logits).Step(expected.Policy.Logits, gradient, options.PolicyLearningRate);
        Assert.All(
            expected.Policy.Logits.SelectMany(l => l).Zip(learner.Policy.Logits.SelectMany(l => l)),
            l => Assert.Equal(l.First, l.Second, 1e-9));
        Assert.Equal(3, record.Quality!.Value, 1e-12);
        Assert.Equal(samples.Average(s => table.Of(s.Assignment)), record.Cost!.Value, 1e-12);
        Assert.Equal(0, record.Advantage!.Value, 1e-9);
    }

    [Fact]
    public void Goes_on_from_a_state_that_went_through_JSON_to_the_bit()
    {
        var whole = new PolicyLearner(space, Budget, new OneShotOptions());
        whole.TakePrior([.. Scores().Select(s => s.Select(v => -v).ToArray())]);
        Train(whole, 50, seed: 2);
        var json = JsonSerializer.Serialize(whole.State, JsonFormat.Compact);

        var resumed = new PolicyLearner(space, Budget, new OneShotOptions()) { State = JsonSerializer.Deserialize<LearnerState>(json, JsonFormat.Compact)! };
        Train(whole, 20, seed: 3);
        Train(resumed, 20, seed: 3);

        Assert.True(resumed.HasPrior);
        Assert.Equal(JsonSerializer.Serialize(whole.State), JsonSerializer.Serialize(resumed.State));
        Assert.Equal(whole.Best(), resumed.Best());
    }

    [Fact]
    public void The_plain_method_ships_the_most_probable_assignment_whatever_it_costs()
    {
        var plain = new PolicyLearner(space, Budget, OneShotOptions.Plain);
        var promised = new PolicyLearner(space, Budget, new OneShotOptions());
        foreach (var learner in new[] { plain, promised })
        {
            foreach (var logits in learner.Policy.Logits)
                logits[6] = 5;
        }

        Assert.Equal(space.Uniform(6), plain.Best());
        Assert.True(Budget.Admits(promised.Best()));
    }

    [Fact]
    public void A_prior_is_around_the_best_assignment_that_it_foresees()
    {
        var learner = new PolicyLearner(space, Budget, new OneShotOptions { PriorEntropy = 0.05 });
        learner.TakePrior([.. Scores().Select(s => s.Select(v => -v).ToArray())]);

        Assert.True(learner.HasPrior);
        Assert.Equal(1, table.Expected(learner.Policy.Probabilities()) / Budget.Limit, 1e-6);
        Assert.Equal(Quality(Budget.Best(Scores())), Quality(learner.Best()), 0.15);
    }

    /// <summary>A bandit whose optimum is far from uniform: early, cheap layers are sensitive, late, dear ones are not.</summary>
    private double[][] Scores() => [.. space.Decisions.Select((_, d) =>
        Integers.Select(f => -4 * Math.Pow(0.3, d) * Math.Pow(2, 2 - f.Bits)).ToArray())];

    private double Quality(Assignment assignment) => Scores().Select((s, d) => s[assignment[d]]).Sum();

    private void Train(PolicyLearner learner, int steps, long seed, int count = 1)
    {
        var random = new RandomStream(seed);
        for (var i = 0; i < steps; i++)
        {
            var samples = Enumerable.Range(0, count).Select(_ => learner.Policy.Sample(random)).Select(s => (s, Quality(s))).ToList();
            learner.Learn(samples, (i + 1.0) / steps);
        }
    }
}
