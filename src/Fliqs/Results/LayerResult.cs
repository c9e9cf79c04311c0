using Fliqs.Cost;
using Fliqs.Models;

namespace Fliqs.Results;

/// <summary>A row of the final table.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Weight">Format of the weights.</param>
/// <param name="Activation">Format of the input.</param>
/// <param name="Macs">Multiply-accumulate operations for a sample.</param>
/// <param name="Weights">Number of weights.</param>
/// <param name="Cost">In the unit of the result.</param>
/// <param name="Share">Of the whole cost, 0 to 1.</param>
public sealed record LayerResult(string Name, string Weight, string Activation, long Macs, long Weights, double Cost, double Share)
{
    /// <summary>The rows of a network in the formats that its layers have now.</summary>
    public static IReadOnlyList<LayerResult> Of(QuantizedModel model, ICostModel cost)
    {
        var formats = model.Formats;
        var layers = NetworkCost.ByLayer(cost, model.Shapes, l => formats[l.Name]).ToList();
        var total = layers.Sum(l => l.Cost);
        return [.. layers.Select(l =>
        {
            var (shape, (weight, activation)) = (l.Layer, formats[l.Layer.Name]);
            return new LayerResult(
                shape.Name, weight.Name, activation.Name, shape.Macs, shape.Weights, l.Cost, total > 0 ? l.Cost / total : 0);
        })];
    }
}
