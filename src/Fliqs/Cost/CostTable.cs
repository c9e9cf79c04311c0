using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// The cost of every assignment of a space, as a sum of a constant and of terms that depend on one decision or on two (the
/// weight and the activation decision of the same layers). Built once; reading it is a few additions.
/// </summary>
public sealed class CostTable
{
    private readonly double constant;
    private readonly IReadOnlyList<CostTerm> terms;

    /// <summary>Tabulates <paramref name="model"/> over a space.</summary>
    /// <param name="model">The cost of one layer.</param>
    /// <param name="space">The space whose assignments are to be costed.</param>
    /// <param name="layers">The shape of every layer that the space names.</param>
    /// <exception cref="ArgumentException">A layer of the space is not among <paramref name="layers"/>.</exception>
    public CostTable(ICostModel model, SearchSpace space, IEnumerable<LayerShape> layers)
    {
        Unit = model.Unit;
        var shapes = layers.ToDictionary(l => l.Name);
        var formats = space.Formats;
        var tables = new Dictionary<(int, int), CostTerm>();
        foreach (var binding in space.Layers)
        {
            if (!shapes.TryGetValue(binding.Layer, out var layer))
                throw new ArgumentException($"layer '{binding.Layer}' has no shape to cost it by", nameof(layers));
            if (binding.Pinned is { } pinned)
            {
                constant += model.LayerCost(layer, new LayerFormats(pinned));
                continue;
            }

            var key = (binding.Weight, binding.Activation);
            if (!tables.TryGetValue(key, out var term))
                tables[key] = term = new CostTerm(binding.Weight, binding.Activation, formats.Count, formats.Count);
            term.Add((w, a) => model.LayerCost(layer, new LayerFormats(formats[w], formats[a])));
        }

        terms = [.. tables.Values];
    }

    /// <summary>The unit of all costs, <c>GBOPs</c>.</summary>
    public string Unit { get; }

    /// <summary>The cost of the layers that no decision changes.</summary>
    public double Constant => constant;

    /// <summary>The terms that depend on decisions; no two share a decision.</summary>
    public IReadOnlyList<CostTerm> Terms => terms;

    /// <summary>The least cost of any assignment.</summary>
    public double Minimum => constant + terms.Sum(t => t.Values.Min());

    /// <summary>The greatest cost of any assignment.</summary>
    public double Maximum => constant + terms.Sum(t => t.Values.Max());

    /// <summary>The cost of one assignment, in <see cref="Unit"/>.</summary>
    public double Of(Assignment assignment)
    {
        var total = constant;
        foreach (var term in terms)
            total += term[assignment[term.First], assignment[term.Second]];
        return total;
    }

    /// <summary>The expected cost when every decision is drawn independently: exact, without sampling.</summary>
    /// <param name="probabilities">One distribution a decision, over its options.</param>
    /// <param name="gradient">Receives the derivative by every probability, added to what is there; null if not needed.</param>
    public double Expected(double[][] probabilities, double[][]? gradient = null)
    {
        var total = constant;
        foreach (var term in terms)
            total += term.Expected(probabilities, gradient);
        return total;
    }
}
