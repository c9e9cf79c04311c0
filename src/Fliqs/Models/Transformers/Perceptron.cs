using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Transformers;

/// <summary>Two linear layers with GELU between them, on tokens [N, T, width].</summary>
internal sealed class Perceptron : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly QuantizedLinear fc1;
    private readonly QuantizedLinear fc2;

    /// <summary>From <paramref name="width"/> to <paramref name="hidden"/> features and back.</summary>
    public Perceptron(int width, int hidden)
        : base(nameof(Perceptron))
    {
        fc1 = new QuantizedLinear(width, hidden) { HandsOnBFloat16 = true };
        fc2 = new QuantizedLinear(hidden, width) { HandsOnBFloat16 = true };
        RegisterComponents();
        Initial.Glorot(fc1);
        Initial.Glorot(fc2);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => fc2.forward(nn.functional.gelu(fc1.forward(input)));

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) =>
        graph.Apply(fc2, graph.Gelu(graph.Apply(fc1, input)));
}
