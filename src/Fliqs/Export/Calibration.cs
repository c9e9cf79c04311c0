using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>
/// Finds static scales for the inputs of all layers, and for residual sums that are rounded: the moving average, corrected for its start,
/// of the scales that batches have. Layers before round with the scales of the batch meanwhile.
/// </summary>
public static class Calibration
{
    private const double Momentum = 0.9;

    /// <summary>Sets <see cref="QuantizedLayer.InputScale"/> on every layer, and the scales of residual sums.</summary>
    /// <param name="model">The network, in the formats it has.</param>
    /// <param name="batches">At least one batch of images; each is disposed.</param>
    /// <param name="device">Where the network is.</param>
    /// <exception cref="InputException">The input of a layer is not finite.</exception>
    public static void Run(QuantizedModel model, IEnumerable<Batch> batches, Device device)
    {
        using var gradients = no_grad();
        var averages = new Dictionary<object, (double Sum, double Weight)>(ReferenceEqualityComparer.Instance);
        foreach (var (name, layer) in model.Layers)
        {
            layer.InputScale = null;
            layer.InputFilter = input =>
            {
                Include(layer, ScaleOf($"the input of layer '{name}'", input, layer.InputFormat, layer.ScaleRule));
                return input;
            };
        }

        var sums = model.Sums.Where(s => s.IsOn).ToList();
        foreach (var sum in sums)
        {
            sum.Scale = null;
            sum.Seen = input => Include(sum, ScaleOf("what is added in a residual block", input, NumberFormat.Int8, ScaleRule.LeastSquares));
        }

        model.Network.eval();
        foreach (var batch in batches)
        {
            using (batch)
            using (NewDisposeScope())
                model.Network.forward(batch.Images.to(device));
        }

        foreach (var (_, layer) in model.Layers)
            (layer.InputFilter, layer.InputScale) = (null, Average(layer));
        foreach (var sum in sums)
            (sum.Seen, sum.Scale) = (null, Average(sum));

        void Include(object place, float scale)
        {
            var (sum, weight) = averages.GetValueOrDefault(place);
            averages[place] = ((Momentum * sum) + scale, (Momentum * weight) + 1);
        }

        // A block without a residual sum rounds nothing, whatever the scale.
        float Average(object place) => averages.TryGetValue(place, out var average) ? (float)(average.Sum / average.Weight) : 1;
    }

    private static float ScaleOf(string what, Tensor values, NumberFormat format, ScaleRule rule)
    {
        var scale = Scales.Find(TensorMemory.Dense(values), format, rule, 1)[0];
        return float.IsFinite(scale) ? scale : throw new InputException($"{what} is not finite; train the network again");
    }
}
