using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>Multi-head self-attention on tokens [N, T, width]; its two linear layers are quantized.</summary>
internal sealed class Attention : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly QuantizedLinear qkv;
    private readonly QuantizedLinear proj;
    private readonly int heads;

    /// <summary>Attention with <paramref name="heads"/> heads, which divide the width.</summary>
    public Attention(int width, int heads)
        : base(nameof(Attention))
    {
        this.heads = heads;
        qkv = new QuantizedLinear(width, 3 * width) { HandsOnBFloat16 = true };
        proj = new QuantizedLinear(width, width) { HandsOnBFloat16 = true };
        RegisterComponents();
        Initial.Glorot(qkv, parts: 3);
        Initial.Glorot(proj);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var (n, t, width) = (input.shape[0], input.shape[1], input.shape[2]);
        var parts = qkv.forward(input).reshape(n, t, 3, heads, width / heads).permute(2, 0, 3, 1, 4).unbind(0);

        // LibTorch's fused attention has a backward pass that takes three times as long in bfloat16 as in float32.
        var x = parts[0].dtype == ScalarType.BFloat16
            ? (parts[0] * (1 / Math.Sqrt(width / heads))).matmul(parts[1].transpose(-2, -1)).softmax(-1).matmul(parts[2])
            : nn.functional.scaled_dot_product_attention(parts[0], parts[1], parts[2]);
        return proj.forward(x.transpose(1, 2).reshape(n, t, width));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var width = proj.weight.shape[0];
        var parts = graph.Transpose(graph.Reshape(graph.Apply(qkv, input), 0, 0, 3, heads, width / heads), 2, 0, 3, 1, 4);
        var (q, k, v) = (graph.Select(parts, 0, 0), graph.Select(parts, 0, 1), graph.Select(parts, 0, 2));
        var scale = graph.Constant(tensor((float)(1 / Math.Sqrt(width / heads))));
        var weights = graph.Softmax(graph.MatMul(graph.Mul(q, scale), graph.Transpose(k, 0, 1, 3, 2)));
        return graph.Apply(proj, graph.Reshape(graph.Transpose(graph.MatMul(weights, v), 0, 2, 1, 3), 0, 0, width));
    }
}
