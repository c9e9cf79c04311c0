using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>
/// Finds static scales for the inputs of all layers: the moving average, corrected for its start, of the scales that batches have. Layers
/// before it round with the scales of the batch meanwhile.
/// </summary>
public static class Calibration
{
    private const double Momentum = 0.9;

    /// <summary>Sets <see cref="QuantizedLayer.InputScale"/> on every layer.</summary>
    /// <param name="model">The network, in the formats it has.</param>
    /// <param name="batches">At least one batch of images; each is disposed.</param>
    /// <param name="device">Where the network is.</param>
    /// <exception cref="InputException">The input of a layer is not finite.</exception>
    public static void Run(QuantizedModel model, IEnumerable<Batch> batches, Device device)
    {
        using var gradients = no_grad();
        var averages = model.Layers.ToDictionary(l => l.Name, _ => (Sum: 0.0, Weight: 0.0));
        foreach (var (name, layer) in model.Layers)
        {
            layer.InputScale = null;
            layer.InputFilter = input =>
            {
                averages[name] = Include(averages[name], ScaleOf(name, layer, input));
                return input;
            };
        }

        model.Network.eval();
        foreach (var batch in batches)
        {
            using (batch)
            using (NewDisposeScope())
                model.Network.forward(batch.Images.to(device));
        }

        foreach (var (name, layer) in model.Layers)
            (layer.InputFilter, layer.InputScale) = (null, (float)(averages[name].Sum / averages[name].Weight));
    }

    private static float ScaleOf(string name, QuantizedLayer layer, Tensor input)
    {
        var scale = Scales.Find(TensorMemory.Dense(input), layer.InputFormat, layer.ScaleRule, 1)[0];
        return float.IsFinite(scale) ? scale : throw new InputException($"the input of layer '{name}' is not finite; train the network again");
    }

    private static (double Sum, double Weight) Include((double Sum, double Weight) average, float scale) =>
        ((Momentum * average.Sum) + scale, (Momentum * average.Weight) + 1);
}
