using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>New weights in place of those that a layer was made with, drawn from LibTorch's global generator.</summary>
internal static class Initial
{
    /// <summary>
    /// Normally distributed weights, and a bias of 0. It also stands for the truncated normal distribution of the originals,
    /// which cut off at -2 and 2, twenty and more standard deviations from 0.
    /// </summary>
    public static void Normal(QuantizedLayer layer, double deviation)
    {
        using var gradients = no_grad();
        nn.init.normal_(layer.weight, 0, deviation);
        layer.bias?.zero_();
    }

    /// <summary>
    /// Normally distributed weights whose variance is 2 over the sum of inputs and outputs (Glorot and Bengio 2010), and a bias of 0.
    /// </summary>
    /// <param name="layer">Weights [outputs, inputs].</param>
    /// <param name="parts">As how many matrices side by side the outputs are counted.</param>
    public static void Glorot(QuantizedLinear layer, int parts = 1) =>
        Normal(layer, Math.Sqrt(2.0 / (layer.weight.shape[1] + (layer.weight.shape[0] / parts))));

    /// <summary>Uniform weights between plus and minus <paramref name="bound"/>, and a bias likewise.</summary>
    public static void Uniform(QuantizedLayer layer, double bound, double biasBound = 0)
    {
        using var gradients = no_grad();
        nn.init.uniform_(layer.weight, -bound, bound);
        if (layer.bias is not null)
            nn.init.uniform_(layer.bias, -biasBound, biasBound);
    }
}
