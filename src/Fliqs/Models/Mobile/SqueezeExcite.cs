using Fliqs.Graphs;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>Weighs channels by what their means over the image say (Hu et al. 2018); parameter names as in timm.</summary>
internal sealed class SqueezeExcite : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly QuantizedConv2d conv_reduce;
    private readonly QuantizedConv2d conv_expand;

    /// <summary>Weights for <paramref name="channels"/> channels by way of <paramref name="reduced"/>.</summary>
    public SqueezeExcite(int channels, int reduced)
        : base(nameof(SqueezeExcite))
    {
        conv_reduce = new QuantizedConv2d(channels, reduced, 1, bias: true);
        conv_expand = new QuantizedConv2d(reduced, channels, 1, bias: true);
        RegisterComponents();
    }

    /// <summary>Uses a part of the channels on both sides.</summary>
    public void Use(int channels, int reduced) =>
        (conv_reduce.Slice, conv_expand.Slice) = (new ConvSlice(channels, reduced, 1), new ConvSlice(reduced, channels, 1));

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = nn.functional.silu(conv_reduce.forward(input.mean([2, 3], keepdim: true)));
        return input * conv_expand.forward(x).sigmoid().to(input.dtype);
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Silu(graph.Apply(conv_reduce, graph.ImageMean(input)));
        return graph.Mul(input, graph.Sigmoid(graph.Apply(conv_expand, x)));
    }
}
