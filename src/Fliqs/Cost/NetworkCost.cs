using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>The cost of whole networks.</summary>
public static class NetworkCost
{
    /// <summary>The sum over the layers, each in its formats.</summary>
    /// <param name="model">What a layer costs.</param>
    /// <param name="layers">The layers in the order of the network.</param>
    /// <param name="formats">The formats of every layer by name.</param>
    public static double Of(ICostModel model, IEnumerable<LayerShape> layers, IReadOnlyDictionary<string, LayerFormats> formats) =>
        ByLayer(model, layers, l => formats[l.Name]).Sum(l => l.Cost);

    /// <summary>The sum over the layers when all have one format, pinned ones their own.</summary>
    public static double OfUniform(ICostModel model, IEnumerable<LayerShape> layers, NumberFormat format) =>
        ByLayer(model, layers, l => new LayerFormats(l.Pinned ?? format)).Sum(l => l.Cost);

    /// <summary>What every layer costs; what a change of formats behind it costs counts as its own.</summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static IEnumerable<(LayerShape Layer, double Cost)> ByLayer(ICostModel model, IEnumerable<LayerShape> layers, Func<LayerShape, LayerFormats> formats)
    {
        var all = layers.ToList();
        return all.Select((l, i) => (l, model.LayerCost(l, formats(l))
            + (model is INeighbourCost pairs && i + 1 < all.Count ? pairs.ChangeCost(l, formats(l), all[i + 1], formats(all[i + 1])) : 0)));
    }
}
