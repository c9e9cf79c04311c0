namespace Fliqs.Space;

/// <summary>What a layer becomes under every choice of the decisions that shape it.</summary>
public sealed class ElasticShape
{
    /// <summary>A table of shapes.</summary>
    /// <param name="decisions">Indices of the decisions.</param>
    /// <param name="options">How many options each of them has.</param>
    /// <param name="shapes">The shape for every combination of options, the last decision's fastest; null where there is no such layer.</param>
    public ElasticShape(IReadOnlyList<int> decisions, IReadOnlyList<int> options, IReadOnlyList<LayerShape?> shapes) =>
        (Decisions, Options, Shapes) = (decisions, options, shapes);

    /// <summary>Indices of the decisions.</summary>
    public IReadOnlyList<int> Decisions { get; }

    /// <summary>The number of options of each decision.</summary>
    public IReadOnlyList<int> Options { get; }

    /// <summary>The shape for every combination of options, the last decision's fastest; null where there is no such layer.</summary>
    public IReadOnlyList<LayerShape?> Shapes { get; }

    /// <summary>The same without the decisions that change nothing about this layer.</summary>
    public ElasticShape Reduced()
    {
        var inner = 1;
        for (var d = Decisions.Count - 1; d >= 0; inner *= Options[d], d--)
        {
            var (block, first) = (inner * Options[d], inner);
            if (Enumerable.Range(0, Shapes.Count).All(i => Equals(Shapes[i], Shapes[(i / block * block) + (i % first)])))
                return new ElasticShape(Without(Decisions, d), Without(Options, d), [.. Shapes.Where((_, i) => i % block < first)]).Reduced();
        }

        return this;
    }

    private static int[] Without(IReadOnlyList<int> list, int index) => [.. list.Where((_, i) => i != index)];
}
