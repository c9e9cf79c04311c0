using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// EfficientNet's block: 1x1 to more channels, a convolution on each channel alone, squeeze and excitation, 1x1 to few channels;
/// added to the input where the shape stays. Parameter names as in timm. SiLU is a little below 0 in places, so no input is
/// taken as non-negative.
/// </summary>
internal sealed class ExpandedBlock : nn.Module<Tensor, Tensor>, IMobileBlock, IGraphSource
{
    private readonly bool strides;
    private readonly SumRounding rounding = new();
    private bool residual;

    private readonly QuantizedConv2d conv_pw;
    private readonly FusedBatchNorm2d bn1;
    private readonly QuantizedConv2d conv_dw;
    private readonly FusedBatchNorm2d bn2;
    private readonly SqueezeExcite se;
    private readonly QuantizedConv2d conv_pwl;
    private readonly FusedBatchNorm2d bn3;

    /// <summary>A block whose squeeze has a quarter of the input's channels.</summary>
    public ExpandedBlock(int inputs, int outputs, int kernel, int stride, int expansion)
        : base(nameof(ExpandedBlock))
    {
        strides = stride != 1;
        residual = !strides && inputs == outputs;
        var hidden = inputs * expansion;
        conv_pw = new QuantizedConv2d(inputs, hidden, 1);
        bn1 = new FusedBatchNorm2d(conv_pw);
        conv_dw = new QuantizedConv2d(hidden, hidden, kernel, stride, kernel / 2, groups: hidden);
        bn2 = new FusedBatchNorm2d(conv_dw);
        se = new SqueezeExcite(hidden, inputs / 4);
        conv_pwl = new QuantizedConv2d(hidden, outputs, 1);
        bn3 = new FusedBatchNorm2d(conv_pwl);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public bool IsSkipped { get; private set; }

    /// <inheritdoc/>
    public FusedBatchNorm2d LastNorm => bn3;

    /// <inheritdoc/>
    public void Use(int inputs, BlockChoice choice)
    {
        (residual, IsSkipped) = (!strides && inputs == choice.Channels, choice.Skipped);
        var hidden = inputs * choice.Expansion;
        ConvNorm.Use(conv_pw, bn1, inputs, hidden);
        ConvNorm.Use(conv_dw, bn2, hidden, hidden, choice.Kernel);
        se.Use(hidden, inputs / 4);
        ConvNorm.Use(conv_pwl, bn3, hidden, choice.Channels);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (IsSkipped)
            return input.alias();    // a sequence disposes what it has handed on
        var x = nn.functional.silu(bn1.forward(conv_pw.forward(input)));
        x = se.forward(nn.functional.silu(bn2.forward(conv_dw.forward(x))));
        x = rounding.forward(bn3.forward(conv_pwl.forward(x)));
        return residual ? x.add_(input) : x;
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        if (IsSkipped)
            return input;
        var x = graph.Silu(graph.Apply(bn1, graph.Apply(conv_pw, input)));
        x = graph.Apply(se, graph.Silu(graph.Apply(bn2, graph.Apply(conv_dw, x))));
        x = graph.Apply(rounding, graph.Apply(bn3, graph.Apply(conv_pwl, x)));
        return residual ? graph.Add(x, input) : x;
    }
}
