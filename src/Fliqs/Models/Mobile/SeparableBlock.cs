using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>EfficientNet's block that does not expand, its first: otherwise as <see cref="ExpandedBlock"/>.</summary>
internal sealed class SeparableBlock : nn.Module<Tensor, Tensor>, IMobileBlock, IGraphSource
{
    private readonly bool strides;
    private readonly SumRounding rounding = new();
    private bool residual;

    private readonly QuantizedConv2d conv_dw;
    private readonly FusedBatchNorm2d bn1;
    private readonly SqueezeExcite se;
    private readonly QuantizedConv2d conv_pw;
    private readonly FusedBatchNorm2d bn2;

    /// <summary>A block whose squeeze has a quarter of the input's channels.</summary>
    public SeparableBlock(int inputs, int outputs, int kernel, int stride)
        : base(nameof(SeparableBlock))
    {
        strides = stride != 1;
        residual = !strides && inputs == outputs;
        conv_dw = new QuantizedConv2d(inputs, inputs, kernel, stride, kernel / 2, groups: inputs);
        bn1 = new FusedBatchNorm2d(conv_dw);
        se = new SqueezeExcite(inputs, inputs / 4);
        conv_pw = new QuantizedConv2d(inputs, outputs, 1);
        bn2 = new FusedBatchNorm2d(conv_pw);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public bool IsSkipped { get; private set; }

    /// <inheritdoc/>
    public FusedBatchNorm2d LastNorm => bn2;

    /// <inheritdoc/>
    public void Use(int inputs, BlockChoice choice)
    {
        (residual, IsSkipped) = (!strides && inputs == choice.Channels, choice.Skipped);
        ConvNorm.Use(conv_dw, bn1, inputs, inputs, choice.Kernel);
        se.Use(inputs, inputs / 4);
        ConvNorm.Use(conv_pw, bn2, inputs, choice.Channels);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (IsSkipped)
            return input.alias();    // a sequence disposes what it has handed on
        var x = se.forward(nn.functional.silu(bn1.forward(conv_dw.forward(input))));
        x = rounding.forward(bn2.forward(conv_pw.forward(x)));
        return residual ? x.add_(input) : x;
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        if (IsSkipped)
            return input;
        var x = graph.Apply(se, graph.Silu(graph.Apply(bn1, graph.Apply(conv_dw, input))));
        x = graph.Apply(rounding, graph.Apply(bn2, graph.Apply(conv_pw, x)));
        return residual ? graph.Add(x, input) : x;
    }
}
