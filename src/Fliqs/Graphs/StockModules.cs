using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Graphs;

/// <summary>Modules of TorchSharp that stand between the layers of a network.</summary>
internal static class StockModules
{
    /// <summary>What a module makes of a value in evaluation; null where it is not known.</summary>
    public static GraphValue? Trace(GraphBuilder graph, nn.Module module, GraphValue input) => module switch
    {
        ReLU => graph.Relu(input),
        ReLU6 => graph.Clip(input, 0, 6),
        Sigmoid => graph.Sigmoid(input),
        SiLU => graph.Silu(input),
        GELU { approximate: GELU.Approximate.none } => graph.Gelu(input),
        Dropout or Dropout2d or Identity => input,
        Flatten { start_dim: 1, end_dim: -1 } => graph.Node("Flatten", [input]),
        MaxPool2d { ceil_mode: false, kernel_size: [var k, ..] kernel } m
            when Same(kernel) && Same(m.stride) && Same(m.padding) && Same(m.dilation, 1) => graph.MaxPool(
                input, k, m.stride is [var s, ..] ? s : k, m.padding is [var p, ..] ? p : 0),
        AdaptiveAvgPool2d { output_size: [1, ..] size } when Same(size) => graph.ImageMean(input),
        BatchNorm2d { running_mean: { } mean, running_var: { } variance, weight: { } weight, bias: { } bias } b =>
            graph.BatchNorm(input, weight, bias, mean, variance, b.eps),
        LayerNorm { normalized_shape: [_], weight: { } weight, bias: { } bias } l => graph.LayerNorm(input, weight, bias, l.eps),
        _ => null,
    };

    private static bool Same(long[]? values, long? wanted = null) => values is null || values.All(v => v == (wanted ?? values[0]));
}
