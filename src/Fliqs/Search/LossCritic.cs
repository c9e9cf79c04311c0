using Fliqs.Cost;
using Fliqs.Policy;
using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>
/// Foretells from the losses of ordinary training steps what every option of an architecture costs, and puts what another critic foretells
/// of formats on the same scale. The steps have random architectures, each in one random format everywhere. The effect of an option is
/// the mean loss of the steps that had it over the mean of all; of a format likewise. Losses are taken relative to their moving average,
/// since they fall while the network learns, and for architectures relative to that of steps in the same format. Means are drawn together by
/// what of their spread is noise (James and Stein 1961).
/// <para>
/// What early losses say of size is left out, since small networks learn faster whatever they end with: the slope of the loss over the
/// logarithm of the cost is taken from them, and a power law takes its place. Of formats, none is worse than one that the other critic
/// foretells more harm of. That critic only divides the effect of a format among the layers: it knows nothing of how well a network learns
/// to live with it.
/// </para>
/// </summary>
public sealed class LossCritic
{
    private const double Decay = 0.95;

    /// <summary>What stays of a foretold harm that did not show, so that what is left of a budget is spent where it may help.</summary>
    private const double LeastKept = 1e-3;

    /// <summary>The loss falls with this power of the cost of the architecture.</summary>
    private const double Exponent = 0.1;

    private readonly SearchSpace space;
    private readonly CostTable table;
    private readonly Baseline baseline = new(Decay);
    private readonly Baseline[] baselines;
    private readonly double[][] sums;
    private readonly double[][] sizes;
    private readonly int[][] counts;
    private LossMoments moments;

    /// <summary>A critic that has seen nothing.</summary>
    /// <param name="space">The options to foretell.</param>
    /// <param name="table">What assignments of the space cost.</param>
    public LossCritic(SearchSpace space, CostTable table)
    {
        (this.space, this.table) = (space, table);
        baselines = [.. space.Formats.Select(_ => new Baseline(Decay))];
        int[] options = [.. space.Decisions.Select(d => d.Options.Count), space.Formats.Count];
        (sums, sizes, counts) = ([.. options.Select(n => new double[n])], [.. options.Select(n => new double[n])], [.. options.Select(n => new int[n])]);
    }

    /// <summary>Everything seen, for a checkpoint.</summary>
    public LossCriticState State
    {
        get => new(sums, sizes, counts, moments, [.. baselines.Append(baseline).Select(b => b.State.Sum)], [.. baselines.Append(baseline).Select(b => b.State.Count)]);
        set
        {
            for (var d = 0; d < sums.Length; d++)
            {
                value.Sums[d].CopyTo(sums[d], 0);
                value.Sizes[d].CopyTo(sizes[d], 0);
                value.Counts[d].CopyTo(counts[d], 0);
            }

            moments = value.Moments;
            foreach (var (i, one) in baselines.Append(baseline).Index())
                one.State = (value.BaselineSums[i], value.BaselineCounts[i]);
        }
    }

    /// <summary>Takes in a step.</summary>
    /// <param name="assignment">The architecture in use.</param>
    /// <param name="format">Index of the format that all layers had.</param>
    /// <param name="loss">The loss of the training batch, nats.</param>
    public void Observe(Assignment assignment, int format, double loss)
    {
        var (difference, size) = (baselines[format].Advantage(loss), Size(assignment));
        moments = moments.With(size, difference);
        for (var d = 0; d < space.Decisions.Count; d++)
        {
            if (space.Decisions[d].Kind != DecisionKind.Format && space.IsActive(d, assignment))
                Add(d, assignment[d], difference);
        }

        Add(space.Decisions.Count, format, baseline.Advantage(loss));

        void Add(int row, int option, double value)
        {
            sums[row][option] += value;
            sizes[row][option] += size;
            counts[row][option]++;
        }
    }

    /// <summary>Completes the expected rise of the loss in nats for all options.</summary>
    /// <param name="rise">
    /// For every option of every decision. Those of formats are scaled, so that a format everywhere rises the loss by its effect, where they
    /// foretell more; those of the architecture are put in place.
    /// </param>
    public void Complete(double[][] rise)
    {
        double[] foretold = [.. space.Formats.Select((_, o) => space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? Presence(d) * rise[i][o] : 0).Sum())];
        var formats = NeverFalling(Effects(space.Decisions.Count, slope: 0), counts[^1], foretold);
        for (var d = 0; d < rise.Length; d++)
        {
            if (space.Decisions[d].Kind != DecisionKind.Format)
                rise[d] = ArchitectureEffects(d);
            else
                rise[d] = [.. rise[d].Select((r, o) => foretold[o] > 0 ? r * Math.Clamp(formats[o] / foretold[o], LeastKept, 1) : r)];
        }
    }

    /// <summary>The logarithm of the cost of an architecture in a format that is always the same.</summary>
    private double Size(Assignment assignment) => Math.Log(table.Of(new Assignment(
        [.. space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? 0 : assignment[i])])));

    /// <summary>The share of the steps in which a decision had an effect.</summary>
    private double Presence(Decision decision) =>
        decision.SkippedBy is { } skip ? counts[skip][0] / (double)Math.Max(1, counts[skip].Sum()) : 1;

    /// <summary>What losses say beside the size of options, and a power law of their size; the least effect is 0.</summary>
    private double[] ArchitectureEffects(int decision)
    {
        var first = space.Uniform(0);
        double[] effects =
        [
            .. Effects(decision, moments.Slope).Select((effect, o) =>
                effect - (Exponent * baseline.Value * (Size(first.With(decision, o)) - Size(first)))),
        ];
        return [.. effects.Select(e => e - effects.Min())];
    }

    /// <summary>The effects of the options in a row, without what a slope over size explains.</summary>
    private double[] Effects(int row, double slope)
    {
        double[] rest = [.. sums[row].Zip(sizes[row], (sum, size) => sum - (slope * size))];
        var mean = rest.Sum() / Math.Max(1, counts[row].Sum());
        double[] effects = [.. rest.Zip(counts[row], (sum, count) => count == 0 ? 0 : (sum / count) - mean)];
        var spread = effects.Sum(e => e * e) / Math.Max(1, counts[row].Count(c => c > 0) - 1);
        var noise = moments.Residual(slope) * counts[row].Average(c => 1.0 / Math.Max(1, c));
        var kept = spread > noise ? 1 - (noise / spread) : 0;
        return [.. effects.Select(e => kept * e)];
    }

    /// <summary>The nearest values in the mean square that do not fall as <paramref name="order"/> rises, the least of them 0.</summary>
    private static double[] NeverFalling(double[] values, int[] weights, double[] order)
    {
        var pools = new List<(List<int> Members, double Sum, double Weight)>();
        foreach (var o in Enumerable.Range(0, values.Length).OrderBy(o => order[o]))
        {
            var weight = Math.Max(1, weights[o]);
            pools.Add(([o], weight * values[o], weight));
            while (pools.Count > 1 && pools[^1].Sum / pools[^1].Weight < pools[^2].Sum / pools[^2].Weight)
            {
                var (left, right) = (pools[^2], pools[^1]);
                pools.RemoveRange(pools.Count - 2, 2);
                pools.Add(([.. left.Members, .. right.Members], left.Sum + right.Sum, left.Weight + right.Weight));
            }
        }

        var (result, least) = (new double[values.Length], pools[0].Sum / pools[0].Weight);
        foreach (var (members, sum, weight) in pools)
            members.ForEach(o => result[o] = (sum / weight) - least);
        return result;
    }
}
