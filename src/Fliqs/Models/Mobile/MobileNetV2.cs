using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>MobileNetV2 (Sandler et al. 2018) with the parameter names of torchvision.</summary>
internal sealed class MobileNetV2 : MobileNetwork, IGraphSource
{
    private readonly Sequential features;
    private readonly Sequential classifier;

    /// <summary>The largest network of a space, with new weights.</summary>
    public MobileNetV2(MobileSpace space, int channels, int classes)
        : base(nameof(MobileNetV2))
    {
        var inputs = space.StemChannels;
        var last = ChannelCount.Divisible(space.Head * Math.Max(1, space.Width));
        var stem = ConvNorm.Create(
            new QuantizedConv2d(channels, inputs, 3, space.Stride, padding: 1), relu: true, InvertedResidual.Ceiling);
        var parts = new List<nn.Module<Tensor, Tensor>> { stem };
        foreach (var stage in space.Stages)
        {
            var outputs = space.ChannelsOf(stage).Max();
            for (var i = 0; i < stage.Blocks; i++)
            {
                parts.Add(new InvertedResidual(
                    inputs, outputs, stage.Kernel.Max(), i == 0 ? stage.Stride : 1, stage.Expansion.Max(), nonNegativeInput: parts.Count == 1));
                inputs = outputs;
            }
        }

        parts.Add(ConvNorm.Create(new QuantizedConv2d(inputs, last, 1), relu: true, InvertedResidual.Ceiling));
        features = nn.Sequential(parts.Select((part, i) => ($"{i}", part)));
        classifier = nn.Sequential(
            ("0", new KeyedDropout(space.Dropout, (FusedBatchNorm2d)stem[1])),
            ("1", new QuantizedLinear(last, classes) { NonNegativeInput = true }));
        RegisterComponents();
        Initial.Normal((QuantizedLinear)classifier[1], 0.01);
    }

    /// <inheritdoc/>
    protected override IEnumerable<(string Name, IMobileBlock Block)> FindBlocks() =>
        features.named_children().Where(c => c.module is IMobileBlock).Select(c => ($"features.{c.name}", (IMobileBlock)c.module));

    /// <inheritdoc/>
    public override QuantizedConv2d Head => (QuantizedConv2d)((Sequential)features[^1])[0];

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => classifier.forward(features.forward(input).mean([2, 3]));

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) =>
        graph.Apply(classifier, graph.ChannelMeans(graph.Apply(features, input)));
}
