using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// A part of the cost that depends on a few decisions: on the one or two that give some layers their formats, and where the architecture
/// is searched on those that give them their shape.
/// </summary>
public sealed class CostTerm
{
    private readonly int[] decisions;
    private readonly int[] counts;

    internal CostTerm(int[] decisions, int[] counts)
    {
        (this.decisions, this.counts) = (decisions, counts);
        Values = new double[counts.Aggregate(1, (product, count) => product * count)];
    }

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

    /// <summary>The options, decision by decision, that an index into <see cref="Values"/> stands for.</summary>
    public int[] OptionsAt(int index)
    {
        var options = new int[counts.Length];
        for (var k = options.Length - 1; k >= 0; index /= counts[k], k--)
            options[k] = index % counts[k];
        return options;
    }

    internal void Add(Func<int, double> cost)
    {
        for (var i = 0; i < Values.Length; i++)
            Values[i] += cost(i);
    }

    internal double Expected(double[][] probabilities, double[][]? gradient)
    {
        var (total, options) = (0.0, new int[decisions.Length]);
        for (var i = 0; i < Values.Length; i++, Next(options))
        {
            total += Values[i] * Product(probabilities, options, -1);
            for (var k = 0; gradient is not null && k < decisions.Length; k++)
                gradient[decisions[k]][options[k]] += Values[i] * Product(probabilities, options, k);
        }

        return total;
    }

    /// <summary>The probability of some options, leaving out one decision.</summary>
    private double Product(double[][] probabilities, int[] options, int without)
    {
        var product = 1.0;
        for (var k = 0; k < options.Length; k++)
            product *= k == without ? 1 : probabilities[decisions[k]][options[k]];
        return product;
    }

    private void Next(int[] options)
    {
        for (var k = options.Length - 1; k >= 0 && ++options[k] == counts[k]; k--)
            options[k] = 0;
    }
}
