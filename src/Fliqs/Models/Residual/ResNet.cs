using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Residual;

/// <summary>
/// The residual network for ImageNet (He et al. 2016) with the parameter names of torchvision: a 7x7 convolution, a maximum over
/// 3x3 pixels, four stages, the mean over the image and a linear layer. With the small stem the convolution is 3x3 without a
/// stride and there is no maximum, so that the network divides the size of an image by 8 in place of 32.
/// </summary>
internal sealed class ResNet : nn.Module<Tensor, Tensor>, IGraphSource
{
    private const int FirstWidth = 64;
    private readonly bool small;

    private readonly QuantizedConv2d conv1;
    private readonly FusedBatchNorm2d bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;
    private readonly QuantizedLinear fc;

    /// <summary>A network with new weights.</summary>
    /// <param name="blocks">What the stages are made of.</param>
    /// <param name="counts">Blocks in each of the four stages.</param>
    /// <param name="shape">Input, output, width and stem.</param>
    /// <param name="project">Whether the first stage begins with a projection even where the channels stay, as TensorFlow's does.</param>
    public ResNet(ResidualBlocks blocks, int[] counts, NetworkShape shape, bool project = false)
        : base(nameof(ResNet))
    {
        small = shape.SmallStem;
        int Width(int stage) => ChannelCount.Rounded((FirstWidth << stage) * shape.Width);
        int Outputs(int stage) => Width(stage) * blocks.Expansion;
        conv1 = small
            ? new QuantizedConv2d(shape.Channels, Width(0), 3, padding: 1)
            : new QuantizedConv2d(shape.Channels, Width(0), 7, 2, padding: 3);
        bn1 = new FusedBatchNorm2d(conv1, relu: true);
        layer1 = blocks.Stage(counts[0], Width(0), Width(0), 1, project);
        layer2 = blocks.Stage(counts[1], Outputs(0), Width(1), 2);
        layer3 = blocks.Stage(counts[2], Outputs(1), Width(2), 2);
        layer4 = blocks.Stage(counts[3], Outputs(2), Width(3), 2);
        fc = new QuantizedLinear(Outputs(3), shape.Classes) { NonNegativeInput = true };
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = bn1.forward(conv1.forward(input));
        if (!small)
            x = nn.functional.max_pool2d(x, 3, 2, 1);
        x = layer4.forward(layer3.forward(layer2.forward(layer1.forward(x))));
        return fc.forward(x.mean([2, 3]));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Apply(bn1, graph.Apply(conv1, input));
        if (!small)
            x = graph.MaxPool(x, 3, 2, 1);
        x = graph.Apply(layer4, graph.Apply(layer3, graph.Apply(layer2, graph.Apply(layer1, x))));
        return graph.Apply(fc, graph.ChannelMeans(x));
    }
}
