using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// MobileNetV2 (Sandler et al. 2018) with the parameter names of torchvision. With the small stem the first convolution and the
/// stage of 24 channels have no stride.
/// </summary>
internal sealed class MobileNetV2 : nn.Module<Tensor, Tensor>
{
    private const double Dropout = 0.2;

    /// <summary>Expansion, channels, blocks and stride of every stage: table 2 of the paper.</summary>
    private static readonly (int Expansion, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)];

#pragma warning disable IDE1006 // names of the state dictionary
    private readonly Sequential features;
    private readonly Sequential classifier;
#pragma warning restore IDE1006

    /// <summary>A network with new weights.</summary>
    public MobileNetV2(NetworkShape shape)
        : base(nameof(MobileNetV2))
    {
        var first = ChannelCount.Divisible(32 * shape.Width);
        var last = ChannelCount.Divisible(1280 * Math.Max(1, shape.Width));
        var stem = ConvNorm.Create(
            new QuantizedConv2d(shape.Channels, first, 3, shape.SmallStem ? 1 : 2, padding: 1), relu: true, InvertedResidual.Ceiling);
        var parts = new List<nn.Module<Tensor, Tensor>> { stem };
        var inputs = first;
        foreach (var (expansion, channels, blocks, stride) in Stages)
        {
            var outputs = ChannelCount.Divisible(channels * shape.Width);
            for (var i = 0; i < blocks; i++)
            {
                var step = i == 0 && !(shape.SmallStem && channels == 24) ? stride : 1;
                parts.Add(new InvertedResidual(inputs, outputs, step, expansion));
                inputs = outputs;
            }
        }

        parts.Add(ConvNorm.Create(new QuantizedConv2d(inputs, last, 1), relu: true, InvertedResidual.Ceiling));
        features = nn.Sequential(parts.Select((part, i) => ($"{i}", part)));
        classifier = nn.Sequential(
            ("0", new KeyedDropout(Dropout, (FusedBatchNorm2d)stem[1])),
            ("1", new QuantizedLinear(last, shape.Classes) { NonNegativeInput = true }));
        RegisterComponents();
        Initial.Normal((QuantizedLinear)classifier[1], 0.01);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => classifier.forward(features.forward(input).mean([2, 3]));
}
