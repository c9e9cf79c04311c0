using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Residual;

/// <summary>Two 3x3 convolutions with batch norm, added to the input; parameter names as in torchvision.</summary>
internal sealed class BasicBlock : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly QuantizedConv2d conv1;
    private readonly FusedBatchNorm2d bn1;
    private readonly QuantizedConv2d conv2;
    private readonly FusedBatchNorm2d bn2;
    private readonly Sequential? downsample;

    private readonly SumRounding branchRounding = new();
    private readonly SumRounding shortcutRounding = new();

    /// <summary>A block from <paramref name="inputs"/> to <paramref name="outputs"/> channels. Its input is never negative.</summary>
    /// <param name="inputs">Channels of the input.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="stride">Step of the first convolution.</param>
    /// <param name="project">Whether the shortcut is a 1x1 convolution even where the shape stays.</param>
    public BasicBlock(int inputs, int outputs, int stride, bool project)
        : base(nameof(BasicBlock))
    {
        conv1 = new QuantizedConv2d(inputs, outputs, 3, stride, padding: 1) { NonNegativeInput = true };
        bn1 = new FusedBatchNorm2d(conv1, relu: true);
        conv2 = new QuantizedConv2d(outputs, outputs, 3, padding: 1) { NonNegativeInput = true };
        bn2 = new FusedBatchNorm2d(conv2);
        if (project || stride != 1 || inputs != outputs)
            downsample = ConvNorm.Create(new QuantizedConv2d(inputs, outputs, 1, stride) { NonNegativeInput = true });
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = bn1.forward(conv1.forward(input));
        return bn2.ReluOfSum(conv2.forward(x), branchRounding, downsample is null ? input : shortcutRounding.forward(downsample.forward(input)));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Apply(bn1, graph.Apply(conv1, input));
        x = graph.Apply(branchRounding, graph.Apply(bn2, graph.Apply(conv2, x)));
        return graph.Relu(graph.Add(x, downsample is null ? input : graph.Apply(shortcutRounding, graph.Apply(downsample, input))));
    }
}
