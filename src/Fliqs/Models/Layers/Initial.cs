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

    /// <summary>Uniform weights between plus and minus <paramref name="bound"/>, and a bias likewise.</summary>
    public static void Uniform(QuantizedLayer layer, double bound, double biasBound = 0)
    {
        using var gradients = no_grad();
        nn.init.uniform_(layer.weight, -bound, bound);
        if (layer.bias is not null)
            nn.init.uniform_(layer.bias, -biasBound, biasBound);
    }
}
