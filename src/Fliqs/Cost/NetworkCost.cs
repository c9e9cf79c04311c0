using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>The cost of whole networks.</summary>
public static class NetworkCost
{
    /// <summary>The sum over the layers, each in its formats.</summary>
    /// <param name="model">What a layer costs.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="formats">The formats of every layer by name.</param>
    public static double Of(ICostModel model, IEnumerable<LayerShape> layers, IReadOnlyDictionary<string, LayerFormats> formats) =>
        layers.Sum(l => model.LayerCost(l, formats[l.Name]));

    /// <summary>The sum over the layers when all have one format, pinned ones their own.</summary>
    public static double OfUniform(ICostModel model, IEnumerable<LayerShape> layers, NumberFormat format) =>
        layers.Sum(l => model.LayerCost(l, new LayerFormats(l.Pinned ?? format)));

    /// <summary>The dearest of some formats that is within a limit when all layers have it; null where none is.</summary>
    public static NumberFormat? WidestUniform(
        ICostModel model, IEnumerable<LayerShape> layers, IEnumerable<NumberFormat> formats, double limit) => formats
        .Where(f => OfUniform(model, layers, f) <= limit * (1 + Budget.Slack))
        .MaxBy(f => OfUniform(model, layers, f));
}
