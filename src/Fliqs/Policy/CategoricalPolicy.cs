using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Policy;

/// <summary>
/// Independent categorical distributions, one a decision: pi = softmax(theta / temperature). Theta starts at zero, so that every
/// option is equally likely. Plain arithmetic in double precision; its cost does not show beside a training step.
/// Log-probabilities and entropies are those of the decisions that have an effect: a skipped block's kernel is not one.
/// </summary>
public sealed class CategoricalPolicy
{
    private readonly SearchSpace space;

    /// <summary>A uniform policy over a space.</summary>
    /// <param name="space">The decisions.</param>
    /// <param name="temperature">Positive; 1 in the paper.</param>
    public CategoricalPolicy(SearchSpace space, double temperature = 1)
    {
        this.space = space;
        Temperature = temperature;
        Logits = [.. space.Decisions.Select(d => new double[d.Options.Count])];
    }

    /// <summary>What the logits are divided by.</summary>
    public double Temperature { get; }

    /// <summary>Theta, decision by decision; open to an optimizer and to a prior.</summary>
    public double[][] Logits { get; }

    /// <summary>pi: the probability of every option.</summary>
    public double[][] Probabilities() => [.. Logits.Select(Softmax)];

    /// <summary>log pi, finite for every option.</summary>
    public double[][] LogProbabilities() => [.. Logits.Select(LogSoftmax)];

    /// <summary>Draws one option a decision.</summary>
    public Assignment Sample(RandomStream random)
    {
        var options = new int[Logits.Length];
        for (var d = 0; d < options.Length; d++)
        {
            var p = Softmax(Logits[d]);
            var u = random.NextDouble();
            while (options[d] < p.Length - 1 && (u -= p[options[d]]) >= 0)
                options[d]++;
        }

        return new Assignment(options);
    }

    /// <summary>The most probable option of every decision, whatever it costs.</summary>
    public Assignment MostProbable() => new([.. Logits.Select(l => Array.IndexOf(l, l.Max()))]);

    /// <summary>
    /// The mean over the decisions of the entropy in nats, from 0 (settled) to the logarithm of the number of options; a decision counts
    /// by the probability that it has an effect.
    /// </summary>
    public double MeanEntropy()
    {
        var weights = space.Decisions.Select(d => d.SkippedBy is { } skip ? Softmax(Logits[skip])[0] : 1).ToArray();
        return Logits.Zip(weights, (l, w) => w * Entropy(LogSoftmax(l))).Sum() / weights.Sum();
    }

    /// <summary>
    /// Adds to <paramref name="gradient"/> the derivative by theta of weight / L * sum_l log pi_l(a_l) over the decisions l that have an
    /// effect in the assignment, of L in all.
    /// </summary>
    public void AddLogProbabilityGradient(double[][] gradient, Assignment assignment, double weight)
    {
        var factor = weight / (Logits.Length * Temperature);
        foreach (var d in Active(assignment))
        {
            var p = Softmax(Logits[d]);
            for (var o = 0; o < p.Length; o++)
                gradient[d][o] += factor * ((o == assignment[d] ? 1 : 0) - p[o]);
        }
    }

    /// <summary>
    /// Adds to <paramref name="gradient"/> the derivative by theta of weight / L * sum_l H(pi_l) over the decisions l that have an effect
    /// in the assignment, of L in all. Which they are counts as given, so that skipping blocks is no way to a lower entropy.
    /// </summary>
    public void AddEntropyGradient(double[][] gradient, Assignment assignment, double weight)
    {
        var factor = weight / (Logits.Length * Temperature);
        foreach (var d in Active(assignment))
        {
            var log = LogSoftmax(Logits[d]);
            var entropy = Entropy(log);
            for (var o = 0; o < log.Length; o++)
                gradient[d][o] -= factor * Math.Exp(log[o]) * (log[o] + entropy);
        }
    }

    /// <summary>
    /// Adds to <paramref name="gradient"/> the derivative by theta of a function of the probabilities whose derivative by
    /// pi is <paramref name="byProbability"/>, times a weight.
    /// </summary>
    public void AddExpectationGradient(double[][] gradient, double[][] byProbability, double weight)
    {
        for (var d = 0; d < Logits.Length; d++)
        {
            var p = Softmax(Logits[d]);
            var mean = p.Zip(byProbability[d], (a, b) => a * b).Sum();
            for (var o = 0; o < p.Length; o++)
                gradient[d][o] += weight / Temperature * p[o] * (byProbability[d][o] - mean);
        }
    }

    private IEnumerable<int> Active(Assignment assignment) => Enumerable.Range(0, Logits.Length).Where(d => space.IsActive(d, assignment));

    private double[] LogSoftmax(double[] logits)
    {
        var max = logits.Max();
        var log = Math.Log(logits.Sum(l => Math.Exp((l - max) / Temperature)));
        return [.. logits.Select(l => ((l - max) / Temperature) - log)];
    }

    private double[] Softmax(double[] logits) => [.. LogSoftmax(logits).Select(Math.Exp)];

    private static double Entropy(double[] log) => -log.Sum(l => l < -700 ? 0 : Math.Exp(l) * l);
}
