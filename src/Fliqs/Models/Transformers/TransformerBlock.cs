using Fliqs.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>Attention and a two-layer perceptron, each behind a layer norm and added to its input.</summary>
internal sealed class TransformerBlock : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly LayerNorm norm1;
    private readonly Attention attn;
    private readonly LayerNorm norm2;
    private readonly Perceptron mlp;

    /// <summary>A block on tokens [N, T, width].</summary>
    public TransformerBlock(int width, int heads)
        : base(nameof(TransformerBlock))
    {
        norm1 = nn.LayerNorm(width, 1e-6);
        attn = new Attention(width, heads);
        norm2 = nn.LayerNorm(width, 1e-6);
        mlp = new Perceptron(width, 4 * width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var x = input + attn.forward(norm1.forward(input));
        return x + mlp.forward(norm2.forward(x));
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Add(input, graph.Apply(attn, graph.Apply(norm1, input)));
        return graph.Add(x, graph.Apply(mlp, graph.Apply(norm2, x)));
    }
}
