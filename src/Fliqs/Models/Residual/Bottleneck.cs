using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Residual;

/// <summary>
/// A 3x3 convolution between two of 1x1, each with batch norm, added to the input; parameter names as in torchvision, and the
/// stride on the 3x3 convolution as there (version 1.5).
/// </summary>
internal sealed class Bottleneck : nn.Module<Tensor, Tensor>, IGraphSource
{
    /// <summary>Channels of the output for each channel of the 3x3 convolution.</summary>
    public const int Expansion = 4;

    private readonly QuantizedConv2d conv1;
    private readonly FusedBatchNorm2d bn1;
    private readonly QuantizedConv2d conv2;
    private readonly FusedBatchNorm2d bn2;
    private readonly QuantizedConv2d conv3;
    private readonly FusedBatchNorm2d bn3;
    private readonly Sequential? downsample;

    private readonly SumRounding branchRounding = new();
    private readonly SumRounding shortcutRounding = new();

    /// <summary>A block from <paramref name="inputs"/> to four times <paramref name="width"/> channels. Its input is never negative.</summary>
    public Bottleneck(int inputs, int width, int stride)
        : base(nameof(Bottleneck))
    {
        var outputs = Expansion * width;
        conv1 = new QuantizedConv2d(inputs, width, 1) { NonNegativeInput = true };
        bn1 = new FusedBatchNorm2d(conv1, relu: true);
        conv2 = new QuantizedConv2d(width, width, 3, stride, padding: 1) { NonNegativeInput = true };
        bn2 = new FusedBatchNorm2d(conv2, relu: true);
        conv3 = new QuantizedConv2d(width, outputs, 1) { NonNegativeInput = true };
        bn3 = new FusedBatchNorm2d(conv3);
        if (stride != 1 || inputs != outputs)
            downsample = ConvNorm.Create(new QuantizedConv2d(inputs, outputs, 1, stride) { NonNegativeInput = true });
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = bn1.forward(conv1.forward(input));
        x = bn2.forward(conv2.forward(x));
        return bn3.ReluOfSum(conv3.forward(x), branchRounding, downsample is null ? input : shortcutRounding.forward(downsample.forward(input)));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Apply(bn1, graph.Apply(conv1, input));
        x = graph.Apply(bn2, graph.Apply(conv2, x));
        x = graph.Apply(branchRounding, graph.Apply(bn3, graph.Apply(conv3, x)));
        return graph.Relu(graph.Add(x, downsample is null ? input : graph.Apply(shortcutRounding, graph.Apply(downsample, input))));
    }
}
