using Fliqs.Policy;
using Fliqs.Space;

namespace Fliqs.Search;

/// <summary>
/// Foretells from the losses of ordinary training steps what every option of an architecture costs, and puts what another critic foretells
/// of formats on the same scale. The steps have random architectures, each in one random format everywhere. The effect of an option is
/// the mean loss of the steps that had it over the best one's; of a format likewise. What the other critic says then only divides the
/// effect of a format among the layers: it knows nothing of how well a network learns to live with it. Losses are taken relative to their
/// moving average, since they fall while the network learns, and for architectures relative to that of steps in the same format. Means are
/// drawn together by what of their spread is noise (James and Stein 1961).
/// </summary>
public sealed class LossCritic
{
    private const double Decay = 0.95;

    /// <summary>What stays of a foretold harm that did not show, so that what is left of a budget is spent where it may help.</summary>
    private const double LeastKept = 1e-3;

    private readonly SearchSpace space;
    private readonly Baseline baseline = new(Decay);
    private readonly Baseline[] baselines;
    private readonly double[][] sums;
    private readonly int[][] counts;
    private double squares;

    /// <summary>A critic that has seen nothing.</summary>
    /// <param name="space">The options to foretell.</param>
    public LossCritic(SearchSpace space)
    {
        this.space = space;
        baselines = [.. space.Formats.Select(_ => new Baseline(Decay))];
        int[] sizes = [.. space.Decisions.Select(d => d.Options.Count), space.Formats.Count];
        (sums, counts) = ([.. sizes.Select(n => new double[n])], [.. sizes.Select(n => new int[n])]);
    }

    /// <summary>Everything seen, for a checkpoint.</summary>
    public LossCriticState State
    {
        get => new(sums, counts, squares, [.. baselines.Append(baseline).Select(b => b.State.Sum)], [.. baselines.Append(baseline).Select(b => b.State.Count)]);
        set
        {
            for (var d = 0; d < sums.Length; d++)
            {
                value.Sums[d].CopyTo(sums[d], 0);
                value.Counts[d].CopyTo(counts[d], 0);
            }

            squares = value.Squares;
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
        var difference = baselines[format].Advantage(loss);
        squares += difference * difference;
        for (var d = 0; d < space.Decisions.Count; d++)
        {
            if (space.Decisions[d].Kind != DecisionKind.Format && space.IsActive(d, assignment))
                Add(d, assignment[d], difference);
        }

        Add(space.Decisions.Count, format, baseline.Advantage(loss));

        void Add(int row, int option, double value)
        {
            sums[row][option] += value;
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
        var formats = Effects(space.Decisions.Count);
        for (var o = 0; o < formats.Length; o++)
        {
            var foretold = space.Decisions.Select((d, i) => d.Kind == DecisionKind.Format ? Presence(d) * rise[i][o] : 0).Sum();
            for (var d = 0; d < rise.Length; d++)
            {
                if (space.Decisions[d].Kind == DecisionKind.Format && foretold > 0)
                    rise[d][o] *= Math.Clamp(formats[o] / foretold, LeastKept, 1);
            }
        }

        for (var d = 0; d < rise.Length; d++)
        {
            if (space.Decisions[d].Kind != DecisionKind.Format)
                rise[d] = Effects(d);
        }
    }

    /// <summary>The share of the steps in which a decision had an effect.</summary>
    private double Presence(Decision decision) =>
        decision.SkippedBy is { } skip ? counts[skip][0] / (double)Math.Max(1, counts[skip].Sum()) : 1;

    /// <summary>The effects of the options in a row, the least of them 0.</summary>
    private double[] Effects(int row)
    {
        var mean = sums[row].Sum() / Math.Max(1, counts[row].Sum());
        double[] effects = [.. sums[row].Zip(counts[row], (sum, count) => count == 0 ? 0 : (sum / count) - mean)];
        var spread = effects.Sum(e => e * e) / Math.Max(1, counts[row].Count(c => c > 0) - 1);
        var noise = squares / Math.Max(1, counts[^1].Sum()) * counts[row].Average(c => 1.0 / Math.Max(1, c));
        var kept = spread > noise ? 1 - (noise / spread) : 0;
        return [.. effects.Select(e => kept * (e - effects.Min()))];
    }
}
