using Fliqs.Cost;
using Fliqs.Policy;
using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>
/// Foretells from the losses of ordinary training steps what every option of an architecture is worth, and chooses one. The steps have random
/// architectures. The effect of an option is the mean loss of the steps that had it over the mean of all, relative to the moving average,
/// since losses fall while the network learns. Effects are drawn towards 0 by what of their spread over all decisions is noise
/// (empirical Bayes, Efron and Morris 1973).
/// <para>
/// What early losses say of size is left out, since small networks learn faster whatever they end with: the slope of the loss over the
/// logarithm of the size is taken from them, and a power law takes its place. The size of an architecture is the geometric mean of its cost and the number
/// of its weights.
/// </para>
/// </summary>
public sealed class LossCritic
{
    private const double Decay = 0.95;

    /// <summary>The loss falls with this power of the size of the architecture.</summary>
    private const double Exponent = 0.1;

    /// <summary>Architectures are compared in formats of about this width, in bits.</summary>
    private const double UsualBits = 4;

    private readonly SearchSpace space;
    private readonly CostTable costs;
    private readonly CostTable weights;
    private readonly Baseline baseline = new(Decay);
    private readonly int[] decisions;
    private readonly double[][] sums;
    private readonly double[][] sizes;
    private readonly int[][] counts;
    private LossMoments moments;

    /// <summary>A critic that has seen nothing.</summary>
    /// <param name="space">The options to foretell.</param>
    /// <param name="costs">What assignments of the space cost.</param>
    /// <param name="layers">The shape of every layer that the space names.</param>
    public LossCritic(SearchSpace space, CostTable costs, IEnumerable<LayerShape> layers)
    {
        (this.space, this.costs, weights) = (space, costs, new CostTable(new ModelSize(), space, layers));
        decisions = [.. Enumerable.Range(0, space.Decisions.Count).Where(d => space.Decisions[d].Kind != DecisionKind.Format)];
        int[] options = [.. decisions.Select(d => space.Decisions[d].Options.Count)];
        (sums, sizes, counts) = ([.. options.Select(n => new double[n])], [.. options.Select(n => new double[n])], [.. options.Select(n => new int[n])]);
    }

    /// <summary>Everything seen, for a checkpoint.</summary>
    public LossCriticState State
    {
        get => new(sums, sizes, counts, moments, baseline.State.Sum, baseline.State.Count);
        set
        {
            for (var d = 0; d < sums.Length; d++)
            {
                value.Sums[d].CopyTo(sums[d], 0);
                value.Sizes[d].CopyTo(sizes[d], 0);
                value.Counts[d].CopyTo(counts[d], 0);
            }

            (moments, baseline.State) = (value.Moments, (value.BaselineSum, value.BaselineCount));
        }
    }

    /// <summary>Takes in a step.</summary>
    /// <param name="assignment">The architecture in use, in formats that are the same in every step.</param>
    /// <param name="loss">The loss of the training batch, nats.</param>
    public void Observe(Assignment assignment, double loss)
    {
        var (difference, size) = (baseline.Advantage(loss), Size(assignment));
        moments = moments.With(size, difference);
        foreach (var d in decisions.Where(d => space.IsActive(d, assignment)))
        {
            sums[d][assignment[d]] += difference;
            sizes[d][assignment[d]] += size;
            counts[d][assignment[d]]++;
        }
    }

    /// <summary>The expected rise of the loss in nats for every option of every decision on the architecture; the least of a decision is 0.</summary>
    public double[][] ExpectedRise() => FromLeast(Rise());

    private static double[][] FromLeast(double[][] rise) => [.. rise.Select(r => r.Select(v => v - r.Min()).ToArray())];

    /// <summary>The effects relative to their mean, and what the sizes make of it relative to that of the first options.</summary>
    private double[][] Rise()
    {
        var first = space.Uniform(0);
        double[][] effects = [.. decisions.Select(Effects)];
        double[] noises = [.. decisions.Select(d => moments.Residual(moments.Slope) * counts[d].Average(c => 1.0 / Math.Max(1, c)))];
        var signal = Math.Max(0, effects.Select((e, d) => (e.Sum(x => x * x) / (e.Length - 1)) - noises[d]).Average());
        return
        [
            .. decisions.Select(d => effects[d].Select((effect, o) =>
                (signal == 0 ? 0 : effect * signal / (signal + noises[d])) - (Exponent * baseline.Value * (Size(first.With(d, o)) - Size(first)))).ToArray()),
        ];
    }

    /// <summary>
    /// The architecture to settle on: of those within the budget the one of the least expected rise, in formats as near to 4 bits as the budget allows.
    /// </summary>
    public Assignment Best(Budget budget)
    {
        var all = Rise();
        var rise = FromLeast(all);

        // A skipped block has none of what its decisions are worth, and the solver takes the best of them, which count as 0.
        foreach (var d in decisions.Where(d => space.Decisions[d].SkippedBy is not null))
            for (var o = 1; o < rise[space.Decisions[d].SkippedBy!.Value].Length; o++)
                rise[space.Decisions[d].SkippedBy!.Value][o] -= all[d].Min();
        var most = 1 + rise.Sum(r => r.Max());
        return budget.Best([.. space.Decisions.Select((decision, d) => decision.Kind == DecisionKind.Format
            ? space.Formats.Select(f => -most * Math.Abs(f.Bits - UsualBits)).ToArray()
            : rise[d].Select(r => -r).ToArray())]);
    }

    /// <summary>The logarithm of the size of an architecture, in a format that is always the same.</summary>
    private double Size(Assignment assignment)
    {
        var architecture = new Assignment([.. space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? 0 : assignment[i])]);
        return Math.Log(costs.Of(architecture) * weights.Of(architecture)) / 2;
    }

    /// <summary>The effects of the options of a decision, without what a slope over size explains.</summary>
    private double[] Effects(int decision)
    {
        double[] rest = [.. sums[decision].Zip(sizes[decision], (sum, size) => sum - (moments.Slope * size))];
        var mean = rest.Sum() / Math.Max(1, counts[decision].Sum());
        return [.. rest.Zip(counts[decision], (sum, count) => count == 0 ? 0 : (sum / count) - mean)];
    }
}
