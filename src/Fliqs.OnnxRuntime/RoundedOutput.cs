using Fliqs.Graphs;
using static TorchSharp.torch;

namespace Fliqs.OnnxRuntime;

/// <summary>
/// What follows a layer whose latency is measured: a ReLU, and the rounding of the next layer where that comes at once.
/// </summary>
internal sealed class RoundedOutput(bool toCodes) : nn.Module<Tensor, Tensor>(nameof(RoundedOutput)), IGraphSource
{
    public override Tensor forward(Tensor input) => nn.functional.relu(input);

    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var x = graph.Relu(input);
        if (!toCodes)
            return x;
        var scale = graph.Constant(tensor(1f));
        return graph.Node("DequantizeLinear", [graph.Node("QuantizeLinear", [x, scale]), scale]);
    }
}
