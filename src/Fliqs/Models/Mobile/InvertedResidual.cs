using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// MobileNetV2's block: 1x1 to more channels, 3x3 on each channel alone, 1x1 to few channels without an activation; added to the
/// input where the shape stays. Parameter names as in torchvision.
/// </summary>
internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>
{
    /// <summary>Of the ReLU6 that the activations are.</summary>
    public const float Ceiling = 6;

    private readonly bool residual;

#pragma warning disable IDE1006 // names of the state dictionary
    private readonly Sequential conv;
#pragma warning restore IDE1006

    /// <summary>A block; with <paramref name="expansion"/> 1 there is no first convolution, and the input is never negative.</summary>
    public InvertedResidual(int inputs, int outputs, int stride, int expansion)
        : base(nameof(InvertedResidual))
    {
        residual = stride == 1 && inputs == outputs;
        var hidden = inputs * expansion;
        List<nn.Module<Tensor, Tensor>> parts =
        [
            ConvNorm.Create(
                new QuantizedConv2d(hidden, hidden, 3, stride, padding: 1, groups: hidden) { NonNegativeInput = true }, relu: true, Ceiling),
            new QuantizedConv2d(hidden, outputs, 1) { NonNegativeInput = true },
            new FusedBatchNorm2d(outputs),
        ];
        if (expansion != 1)
            parts.Insert(0, ConvNorm.Create(new QuantizedConv2d(inputs, hidden, 1), relu: true, Ceiling));
        conv = nn.Sequential(parts.Select((part, i) => ($"{i}", part)));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => residual ? conv.forward(input).add_(input) : conv.forward(input);
}
