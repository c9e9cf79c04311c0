using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// MobileNetV2's block: 1x1 to more channels, a convolution on each channel alone, 1x1 to few channels without an activation; added to
/// the input where the shape stays. Parameter names as in torchvision.
/// </summary>
internal sealed class InvertedResidual : nn.Module<Tensor, Tensor>, IMobileBlock, IGraphSource
{
    /// <summary>Of the ReLU6 that the activations are.</summary>
    public const float Ceiling = 6;

    private readonly bool strides;
    private readonly SumRounding rounding = new();
    private bool residual;

    private readonly Sequential conv;

    /// <summary>A block; with <paramref name="expansion"/> 1 there is no first convolution.</summary>
    public InvertedResidual(int inputs, int outputs, int kernel, int stride, int expansion, bool nonNegativeInput)
        : base(nameof(InvertedResidual))
    {
        strides = stride != 1;
        residual = !strides && inputs == outputs;
        var hidden = inputs * expansion;
        var last = new QuantizedConv2d(hidden, outputs, 1) { NonNegativeInput = true };
        List<nn.Module<Tensor, Tensor>> parts =
        [
            ConvNorm.Create(
                new QuantizedConv2d(hidden, hidden, kernel, stride, kernel / 2, groups: hidden) { NonNegativeInput = expansion != 1 || nonNegativeInput },
                relu: true, Ceiling),
            last,
            new FusedBatchNorm2d(last),
        ];
        if (expansion != 1)
            parts.Insert(0, ConvNorm.Create(new QuantizedConv2d(inputs, hidden, 1), relu: true, Ceiling));
        conv = nn.Sequential(parts.Select((part, i) => ($"{i}", part)));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public bool IsSkipped { get; private set; }

    /// <inheritdoc/>
    public FusedBatchNorm2d LastNorm => (FusedBatchNorm2d)conv[^1];

    /// <inheritdoc/>
    public void Use(int inputs, BlockChoice choice)
    {
        (residual, IsSkipped) = (!strides && inputs == choice.Channels, choice.Skipped);
        var hidden = inputs * choice.Expansion;
        if (conv.Count == 4)
            ConvNorm.Use((Sequential)conv[0], inputs, hidden);
        ConvNorm.Use((Sequential)conv[^3], hidden, hidden, choice.Kernel);
        ConvNorm.Use((QuantizedConv2d)conv[^2], LastNorm, hidden, choice.Channels);
    }

    /// <summary>A skipped block hands on an alias, since a sequence disposes what it has handed on.</summary>
    public override Tensor forward(Tensor input)
    {
        if (IsSkipped)
            return input.alias();
        var x = rounding.forward(conv.forward(input));
        return residual ? x.add_(input) : x;
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        if (IsSkipped)
            return input;
        var x = graph.Apply(rounding, graph.Apply(conv, input));
        return residual ? graph.Add(x, input) : x;
    }
}
