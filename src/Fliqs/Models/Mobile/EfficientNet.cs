using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>EfficientNet (Tan and Le 2019) with the parameter names of timm. Stochastic depth is left out.</summary>
internal sealed class EfficientNet : MobileNetwork, IGraphSource
{
    private readonly QuantizedConv2d conv_stem;
    private readonly FusedBatchNorm2d bn1;
    private readonly Sequential blocks;
    private readonly QuantizedConv2d conv_head;
    private readonly FusedBatchNorm2d bn2;
    private readonly KeyedDropout dropout;
    private readonly QuantizedLinear classifier;

    /// <summary>The largest network of a space, with new weights.</summary>
    public EfficientNet(MobileSpace space, int channels, int classes)
        : base(nameof(EfficientNet))
    {
        var (inputs, last) = (space.StemChannels, ChannelCount.Divisible(space.Head * space.Width));
        conv_stem = new QuantizedConv2d(channels, inputs, 3, space.Stride, padding: 1);
        bn1 = new FusedBatchNorm2d(conv_stem);
        var stages = new List<nn.Module<Tensor, Tensor>>();
        foreach (var stage in space.Stages)
        {
            var (before, outputs) = (inputs, space.ChannelsOf(stage).Max());
            stages.Add(nn.Sequential(Enumerable.Range(0, stage.Blocks).Select(i => ($"{i}", Block(
                i == 0 ? before : outputs, outputs, stage.Kernel.Max(), i == 0 ? stage.Stride : 1, stage.Expansion.Max())))));
            inputs = outputs;
        }

        blocks = nn.Sequential(stages.Select((stage, i) => ($"{i}", stage)));
        conv_head = new QuantizedConv2d(inputs, last, 1);
        bn2 = new FusedBatchNorm2d(conv_head);
        dropout = new KeyedDropout(space.Dropout, bn1);
        classifier = new QuantizedLinear(last, classes);
        RegisterComponents();
        Initialise();
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, IMobileBlock Block)> FindBlocks() =>
        from stage in blocks.named_children()
        from block in stage.module.named_children()
        select ($"blocks.{stage.name}.{block.name}", (IMobileBlock)block.module);

    /// <inheritdoc/>
    public override QuantizedConv2d Head => conv_head;

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = blocks.forward(nn.functional.silu(bn1.forward(conv_stem.forward(input))));
        x = nn.functional.silu(bn2.forward(conv_head.forward(x)));
        return classifier.forward(dropout.forward(x.mean([2, 3])));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Apply(blocks, graph.Silu(graph.Apply(bn1, graph.Apply(conv_stem, input))));
        x = graph.Silu(graph.Apply(bn2, graph.Apply(conv_head, x)));
        return graph.Apply(classifier, graph.ChannelMeans(x));
    }

    private static nn.Module<Tensor, Tensor> Block(int inputs, int outputs, int kernel, int stride, int expansion) => expansion == 1
        ? new SeparableBlock(inputs, outputs, kernel, stride)
        : new ExpandedBlock(inputs, outputs, kernel, stride, expansion);

    /// <summary>As the published code: by the outputs that an input pixel reaches, and a classifier uniform by classes.</summary>
    private void Initialise()
    {
        foreach (var convolution in modules().OfType<QuantizedConv2d>())
            Initial.Normal(convolution, Math.Sqrt(2.0 * convolution.Groups / (convolution.weight.numel() / convolution.weight.shape[1])));
        Initial.Uniform(classifier, 1 / Math.Sqrt(classifier.weight.shape[0]));
    }
}
