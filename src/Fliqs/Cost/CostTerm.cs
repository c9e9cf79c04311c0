using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// A part of the cost that depends on a few decisions: on the one or two that give some layers their formats, on those of two neighbours,
/// and where the architecture is searched on those that give layers their shape.
/// </summary>
public sealed class CostTerm
{
    private readonly int[] decisions;
    private readonly int[] counts;

    internal CostTerm(string layer, int[] decisions, int[] counts)
    {
        (Layer, this.decisions, this.counts) = (layer, decisions, counts);
        Values = new double[counts.Aggregate(1, (product, count) => product * count)];
    }

    /// <summary>The layer that costs this, the first where there are several.</summary>
    public string Layer { get; }

    /// <summary>How many layers cost this together; 0 for what neighbours cost each other.</summary>
    internal int Layers { get; set; }

    /// <summary>Indices of the decisions, all different.</summary>
    public IReadOnlyList<int> Decisions => decisions;

    /// <summary>The number of options of each decision.</summary>
    public IReadOnlyList<int> Counts => counts;

    /// <summary>The costs of all combinations of options, the option of the last decision fastest.</summary>
    public double[] Values { get; }

    /// <summary>The cost under an assignment.</summary>
    public double Of(Assignment assignment)
    {
        var index = 0;
        for (var k = 0; k < decisions.Length; k++)
            index = (index * counts[k]) + assignment[decisions[k]];
        return Values[index];
    }

    /// <summary>All combinations of options of decisions with so many each, in the order of <see cref="Values"/>.</summary>
    internal static int[][] Combinations(int[] counts)
    {
        int[][] all = [[]];
        foreach (var count in counts)
            all = [.. all.SelectMany(head => Enumerable.Range(0, count).Select(option => (int[])[.. head, option]))];
        return all;
    }

    /// <summary>The options, decision by decision, that an index into <see cref="Values"/> stands for.</summary>
    public int[] OptionsAt(int index)
    {
        var options = new int[counts.Length];
        for (var k = options.Length - 1; k >= 0; index /= counts[k], k--)
            options[k] = index % counts[k];
        return options;
    }

    /// <summary>What is left to decide when some decisions have the options of an assignment.</summary>
    internal CostTerm Settle(Assignment assignment, IReadOnlyCollection<int> settled)
    {
        int[] open = [.. Enumerable.Range(0, decisions.Length).Where(k => !settled.Contains(decisions[k]))];
        var rest = new CostTerm(Layer, [.. open.Select(k => decisions[k])], [.. open.Select(k => counts[k])]);
        rest.Add(i =>
        {
            int[] options = [.. decisions.Select(d => assignment[d])];
            foreach (var (k, option) in open.Zip(rest.OptionsAt(i)))
                options[k] = option;
            return Values[options.Zip(counts).Aggregate(0, (index, o) => (index * o.Second) + o.First)];
        });
        return rest;
    }

    internal void Add(Func<int, double> cost)
    {
        for (var i = 0; i < Values.Length; i++)
            Values[i] += cost(i);
    }

    /// <summary>
    /// The mean cost, decision by decision from the last to the first; the gradient takes the way back. The last two decisions, the
    /// formats, are taken together.
    /// </summary>
    internal double Expected(double[][] probabilities, double[][]? gradient)
    {
        var head = Math.Max(0, decisions.Length - 2);
        var (last, other) = (decisions[^1], decisions.Length > 1 ? probabilities[decisions[^2]] : [1.0]);
        double[] pairs = [.. other.SelectMany(p => probabilities[last], (p, q) => p * q)];

        // The mean over all decisions from the k-th on, for every combination of options of those before it.
        var means = new double[head + 1][];
        means[head] = Mean(Values, pairs);
        for (var k = head - 1; k >= 0; k--)
            means[k] = Mean(means[k + 1], probabilities[decisions[k]]);
        if (gradient is null)
            return means[0][0];

        double[] before = [1];     // the probabilities of those combinations
        for (var k = 0; k < head; k++)
        {
            var p = probabilities[decisions[k]];
            for (var i = 0; i < means[k + 1].Length; i++)
                gradient[decisions[k]][i % p.Length] += means[k + 1][i] * before[i / p.Length];
            before = [.. before.SelectMany(b => p, (b, q) => b * q)];
        }

        for (var i = 0; i < Values.Length; i++)
        {
            var (rest, second) = (i / counts[^1], i % counts[^1]);
            var first = rest % other.Length;
            gradient[last][second] += Values[i] * other[first] * before[i / pairs.Length];
            if (decisions.Length > 1)
                gradient[decisions[^2]][first] += Values[i] * probabilities[last][second] * before[i / pairs.Length];
        }

        return means[0][0];
    }

    /// <summary>The mean of every run of as many values as there are probabilities.</summary>
    private static double[] Mean(double[] values, double[] probabilities)
    {
        var means = new double[values.Length / probabilities.Length];
        for (var i = 0; i < values.Length; i++)
            means[i / probabilities.Length] += values[i] * probabilities[i % probabilities.Length];
        return means;
    }
}
