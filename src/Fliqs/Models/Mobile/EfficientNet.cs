using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// EfficientNet (Tan and Le 2019) with the parameter names of timm. With the small stem the first convolution and the stage of
/// 24 channels have no stride. Stochastic depth is left out.
/// </summary>
internal sealed class EfficientNet : nn.Module<Tensor, Tensor>
{
    /// <summary>Expansion, kernel, channels, blocks and stride of every stage: table 1 of the paper.</summary>
    private static readonly (int Expansion, int Kernel, int Channels, int Blocks, int Stride)[] Stages =
        [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2), (6, 3, 320, 1, 1)];

#pragma warning disable IDE1006 // names of the state dictionary
    private readonly QuantizedConv2d conv_stem;
    private readonly FusedBatchNorm2d bn1;
    private readonly Sequential blocks;
    private readonly QuantizedConv2d conv_head;
    private readonly FusedBatchNorm2d bn2;
    private readonly KeyedDropout dropout;
    private readonly QuantizedLinear classifier;
#pragma warning restore IDE1006

    /// <summary>A network with new weights.</summary>
    /// <param name="shape">Input, output, stem, and the factor on all channels: 1.2 for B3.</param>
    /// <param name="depth">Factor on the blocks of every stage: 1.4 for B3.</param>
    /// <param name="dropoutShare">Dropout before the classifier: 0.3 for B3.</param>
    public EfficientNet(NetworkShape shape, double depth, double dropoutShare)
        : base(nameof(EfficientNet))
    {
        int Channels(int count) => ChannelCount.Divisible(count * shape.Width);
        conv_stem = new QuantizedConv2d(shape.Channels, Channels(32), 3, shape.SmallStem ? 1 : 2, padding: 1);
        bn1 = new FusedBatchNorm2d(Channels(32));
        var stages = new List<nn.Module<Tensor, Tensor>>();
        var inputs = Channels(32);
        foreach (var (expansion, kernel, channels, count, stride) in Stages)
        {
            var (outputs, step) = (Channels(channels), shape.SmallStem && channels == 24 ? 1 : stride);
            stages.Add(Stage((int)Math.Ceiling(count * depth), i => Block(i == 0 ? inputs : outputs, outputs, kernel, i == 0 ? step : 1, expansion)));
            inputs = outputs;
        }

        blocks = nn.Sequential(stages.Select((stage, i) => ($"{i}", stage)));
        conv_head = new QuantizedConv2d(inputs, Channels(1280), 1);
        bn2 = new FusedBatchNorm2d(Channels(1280));
        dropout = new KeyedDropout(dropoutShare, bn1);
        classifier = new QuantizedLinear(Channels(1280), shape.Classes);
        RegisterComponents();
        Initialise();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = blocks.forward(nn.functional.silu(bn1.forward(conv_stem.forward(input))));
        x = nn.functional.silu(bn2.forward(conv_head.forward(x)));
        return classifier.forward(dropout.forward(x.mean([2, 3])));
    }

    private static Sequential Stage(int count, Func<int, nn.Module<Tensor, Tensor>> block) =>
        nn.Sequential(Enumerable.Range(0, count).Select(i => ($"{i}", block(i))));

    /// <summary>The squeeze has a quarter of the block's input channels.</summary>
    private static nn.Module<Tensor, Tensor> Block(int inputs, int outputs, int kernel, int stride, int expansion) => expansion == 1
        ? new SeparableBlock(inputs, outputs, kernel, stride, inputs / 4)
        : new ExpandedBlock(inputs, outputs, kernel, stride, expansion, inputs / 4);

    /// <summary>As the published code: by the outputs that an input pixel reaches, and a classifier uniform by classes.</summary>
    private void Initialise()
    {
        foreach (var convolution in modules().OfType<QuantizedConv2d>())
            Initial.Normal(convolution, Math.Sqrt(2.0 * convolution.Groups / (convolution.weight.numel() / convolution.weight.shape[1])));
        Initial.Uniform(classifier, 1 / Math.Sqrt(classifier.weight.shape[0]));
    }
}
