using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>EfficientNet's first block, which does not expand: otherwise as <see cref="ExpandedBlock"/>.</summary>
internal sealed class SeparableBlock : nn.Module<Tensor, Tensor>
{
    private readonly bool residual;

#pragma warning disable IDE1006 // names of the state dictionary
    private readonly QuantizedConv2d conv_dw;
    private readonly FusedBatchNorm2d bn1;
    private readonly SqueezeExcite se;
    private readonly QuantizedConv2d conv_pw;
    private readonly FusedBatchNorm2d bn2;
#pragma warning restore IDE1006

    /// <summary>A block whose squeeze has <paramref name="reduced"/> channels.</summary>
    public SeparableBlock(int inputs, int outputs, int kernel, int stride, int reduced)
        : base(nameof(SeparableBlock))
    {
        residual = stride == 1 && inputs == outputs;
        conv_dw = new QuantizedConv2d(inputs, inputs, kernel, stride, kernel / 2, groups: inputs);
        bn1 = new FusedBatchNorm2d(inputs);
        se = new SqueezeExcite(inputs, reduced);
        conv_pw = new QuantizedConv2d(inputs, outputs, 1);
        bn2 = new FusedBatchNorm2d(outputs);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = se.forward(nn.functional.silu(bn1.forward(conv_dw.forward(input))));
        x = bn2.forward(conv_pw.forward(x));
        return residual ? x.add_(input) : x;
    }
}
