using Fliqs.Cost;
using Fliqs.Policy;
using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>
/// Turns foreseen losses into a policy around the best assignment within the budget: theta = -(rise + price * cost) / heat, where
/// cost is that of changing one decision of the best assignment. The price is set so that the expected cost is the limit,
/// and the heat so that the mean entropy has the wanted share of a uniform policy's, or the least that the limit allows: to meet
/// it in the mean, one decision has to stay undecided.
/// </summary>
public static class BoltzmannPrior
{
    private const int Bisections = 50;

    /// <summary>Sets the logits of <paramref name="policy"/>.</summary>
    /// <param name="policy">The policy to set.</param>
    /// <param name="budget">The cost of assignments and the limit.</param>
    /// <param name="rise">The expected rise of the loss in nats for every option of every decision.</param>
    /// <param name="entropyShare">Wanted mean entropy over that of a uniform policy, in (0, 1).</param>
    /// <returns>
    /// What the price takes from every log-probability, price * cost / heat. A limit that holds for certain needs no price, so an
    /// exact choice within the limit adds it back: else it would leave part of the budget unused.
    /// </returns>
    public static double[][] Set(CategoricalPolicy policy, Budget budget, double[][] rise, double entropyShare)
    {
        var wanted = entropyShare * policy.Logits.Average(l => Math.Log(l.Length));
        var spread = Math.Max(1e-12, rise.Average(r => r.Max() - r.Min()));
        var costs = CostsAround(budget, budget.Best([.. rise.Select(r => r.Select(v => -v).ToArray())]), policy);
        var (low, high) = (Math.Log(1e-9 * spread), Math.Log(1e4 * spread));
        var charge = 0.0;
        for (var i = 0; i < Bisections; i++)
        {
            var heat = (low + high) / 2;
            charge = SetAtHeat(policy, budget, rise, costs, Math.Exp(heat), spread) / Math.Exp(heat);
            if (policy.MeanEntropy() > wanted)
                high = heat;
            else
                low = heat;
        }

        return [.. costs.Select(c => c.Select(v => v * charge).ToArray())];
    }

    /// <summary>Sets the logits at one heat and returns the price that this took.</summary>
    private static double SetAtHeat(CategoricalPolicy policy, Budget budget, double[][] rise, double[][] costs, double heat, double spread)
    {
        if (ExpectedAt(0) <= budget.Limit)
            return 0;
        var (low, high) = (0.0, spread / budget.Limit);
        while (ExpectedAt(high) > budget.Limit && high < 1e12 * spread / budget.Limit)
            (low, high) = (high, 2 * high);
        for (var i = 0; i < Bisections; i++)
        {
            var price = (low + high) / 2;
            if (ExpectedAt(price) > budget.Limit)
                low = price;
            else
                high = price;
        }

        ExpectedAt(high);
        return high;

        double ExpectedAt(double price)
        {
            for (var d = 0; d < rise.Length; d++)
            {
                for (var o = 0; o < rise[d].Length; o++)
                    policy.Logits[d][o] = -policy.Temperature * (rise[d][o] + (price * costs[d][o])) / heat;
            }

            return budget.Expected(policy.Probabilities());
        }
    }

    /// <summary>The cost of every option of every decision when all other decisions are as in <paramref name="best"/>.</summary>
    private static double[][] CostsAround(Budget budget, Assignment best, CategoricalPolicy policy) =>
        [.. policy.Logits.Select((l, d) => Enumerable.Range(0, l.Length).Select(o => budget.Together(best.With(d, o))).ToArray())];
}
