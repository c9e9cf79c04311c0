using Fliqs.Graphs;
using Fliqs.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// Rounds what a convolution gives to a residual sum to INT8 with one scale: integer convolutions of runtimes have no other output. Hands on
/// everything as it is until switched on.
/// </summary>
internal sealed class SumRounding() : nn.Module<Tensor, Tensor>(nameof(SumRounding)), IGraphSource
{
    /// <summary>Whether anything is rounded.</summary>
    public bool IsOn { get; set; }

    /// <summary>The scale, found beforehand, as in an exported network; null to find one for every batch.</summary>
    public float? Scale { get; set; }

    /// <summary>Sees every value before it is rounded.</summary>
    public Action<Tensor>? Seen { get; set; }

    /// <summary>The rounded value, float32; the value itself where rounding is off.</summary>
    public override Tensor forward(Tensor input)
    {
        if (!IsOn)
            return input;
        Seen?.Invoke(input);
        return Scale is { } scale
            ? (input / scale).round_().clamp_(sbyte.MinValue, sbyte.MaxValue).mul_(scale)
            : FakeQuantize.PerTensor(input.to(ScalarType.Float32), NumberFormat.Int8, ScaleRule.LeastSquares);
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) => IsOn ? graph.RoundToInt8(input, Scale ?? 1) : input;
}
