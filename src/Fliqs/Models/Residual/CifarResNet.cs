using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Residual;

/// <summary>
/// The residual network for small images (He et al. 2016, section 4.2): a 3x3 convolution, three stages of basic blocks, the mean
/// over the image and a linear layer. Shortcuts that change shape are 1x1 convolutions.
/// </summary>
internal sealed class CifarResNet : nn.Module<Tensor, Tensor>, IGraphSource
{
    private static readonly int[] Widths = [16, 32, 64];

    private readonly QuantizedConv2d conv1;
    private readonly FusedBatchNorm2d bn1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly QuantizedLinear fc;

    /// <summary>A network with new weights.</summary>
    /// <param name="blocks">Blocks in every stage: n of the 6n + 2 layers.</param>
    /// <param name="shape">Input, output and the factor on 16, 32, 64 channels.</param>
    public CifarResNet(int blocks, NetworkShape shape)
        : base(nameof(CifarResNet))
    {
        int[] widths = [.. Widths.Select(w => ChannelCount.Rounded(w * shape.Width))];
        conv1 = new QuantizedConv2d(shape.Channels, widths[0], 3, padding: 1);
        bn1 = new FusedBatchNorm2d(conv1, relu: true);
        layer1 = ResidualBlocks.Basic.Stage(blocks, widths[0], widths[0], 1);
        layer2 = ResidualBlocks.Basic.Stage(blocks, widths[0], widths[1], 2);
        layer3 = ResidualBlocks.Basic.Stage(blocks, widths[1], widths[2], 2);
        fc = new QuantizedLinear(widths[2], shape.Classes) { NonNegativeInput = true };
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = bn1.forward(conv1.forward(input));
        x = layer3.forward(layer2.forward(layer1.forward(x)));
        return fc.forward(x.mean([2, 3]));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Apply(bn1, graph.Apply(conv1, input));
        x = graph.Apply(layer3, graph.Apply(layer2, graph.Apply(layer1, x)));
        return graph.Apply(fc, graph.ChannelMeans(x));
    }
}
