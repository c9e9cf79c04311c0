using Fliqs.Cost;
using Fliqs.Policy;

namespace Fliqs.Search;

/// <summary>
/// Turns foreseen losses into a policy near the budget: theta = -(rise + price * cost) / heat. The price of cost is set so that
/// the expected cost is the limit, and the heat so that the mean entropy has the wanted share of a uniform policy's.
/// </summary>
public static class BoltzmannPrior
{
    private const int Bisections = 60;

    /// <summary>Sets the logits of <paramref name="policy"/>.</summary>
    /// <param name="policy">The policy to set.</param>
    /// <param name="budget">The cost of assignments and the limit.</param>
    /// <param name="rise">The expected rise of the loss for every option of every decision.</param>
    /// <param name="entropyShare">Wanted mean entropy over the logarithm of the number of options, in (0, 1).</param>
    public static void Set(CategoricalPolicy policy, Budget budget, double[][] rise, double entropyShare)
    {
        var uniform = policy.Logits.Average(l => Math.Log(l.Length));
        var marginal = MarginalCosts(budget, rise);
        var spread = rise.Average(r => r.Max() - r.Min());
        var (low, high) = (Math.Log(spread * 1e-6 + 1e-300), Math.Log(spread * 1e3 + 1e-290));
        for (var i = 0; i < Bisections; i++)
        {
            var middle = (low + high) / 2;
            SetAt(policy, budget, rise, marginal, Math.Exp(middle));
            if (policy.MeanEntropy() > entropyShare * uniform)
                high = middle;
            else
                low = middle;
        }
    }

    /// <summary>Sets the logits at one heat, with the price at which the expected cost is the limit.</summary>
    private static void SetAt(CategoricalPolicy policy, Budget budget, double[][] rise, double[][] marginal, double heat)
    {
        var scale = rise.Average(r => r.Max() - r.Min()) / Math.Max(1e-300, marginal.Average(m => m.Max() - m.Min()));
        var (low, high) = (-1e6 * scale, 1e6 * scale);
    }
}
