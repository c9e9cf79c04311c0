namespace Fliqs.Cost;

/// <summary>A part of the cost that depends on one decision, or on two different ones.</summary>
public sealed class CostTerm
{
    private readonly int columns;

    internal CostTerm(int first, int second, int firstOptions, int secondOptions)
    {
        First = first;
        Second = second;
        columns = IsSingle ? 1 : secondOptions;
        Values = new double[firstOptions * columns];
    }

    /// <summary>Index of the first decision, on weights.</summary>
    public int First { get; }

    /// <summary>Index of the second decision, on activations; the same as <see cref="First"/> where they are tied.</summary>
    public int Second { get; }

    /// <summary>Whether one decision alone sets this cost.</summary>
    public bool IsSingle => First == Second;

    /// <summary>The costs, option of the second decision fastest; one a option where there is one decision.</summary>
    public double[] Values { get; }

    /// <summary>The cost under one option of each decision.</summary>
    public double this[int first, int second] => IsSingle ? Values[first] : Values[(first * columns) + second];

    /// <summary>The options of both decisions that an index into <see cref="Values"/> stands for.</summary>
    public (int First, int Second) OptionsAt(int index) => IsSingle ? (index, index) : (index / columns, index % columns);

    internal void Add(Func<int, int, double> cost)
    {
        for (var i = 0; i < Values.Length; i++)
        {
            var (first, second) = OptionsAt(i);
            Values[i] += cost(first, second);
        }
    }

    internal double Expected(double[][] probabilities, double[][]? gradient)
    {
        var (p, q) = (probabilities[First], probabilities[Second]);
        var total = 0.0;
        for (var i = 0; i < Values.Length; i++)
        {
            var (first, second) = OptionsAt(i);
            total += Values[i] * (IsSingle ? p[first] : p[first] * q[second]);
            if (gradient is null)
                continue;
            gradient[First][first] += Values[i] * (IsSingle ? 1 : q[second]);
            if (!IsSingle)
                gradient[Second][second] += Values[i] * p[first];
        }

        return total;
    }
}
