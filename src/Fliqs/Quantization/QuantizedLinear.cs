using Fliqs.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>A linear layer with formats for weights and input. Input [..., inputs], output [..., outputs].</summary>
public sealed class QuantizedLinear : QuantizedLayer
{
    /// <summary>A layer with new weights, initialised as by <c>torch.nn.Linear</c>.</summary>
    /// <param name="inputs">Features of the input.</param>
    /// <param name="outputs">Features of the output.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public QuantizedLinear(long inputs, long outputs, bool bias = true)
        : this(new Parameter(Uniform(inputs, [outputs, inputs])), bias ? new Parameter(Uniform(inputs, [outputs])) : null)
    {
    }

    /// <summary>A layer with given parameters: weight [outputs, inputs], bias [outputs] or null.</summary>
    public QuantizedLinear(Parameter weight, Parameter? bias)
        : base(nameof(QuantizedLinear), weight, bias) => RegisterComponents();

    /// <inheritdoc/>
    public override GraphValue Trace(GraphBuilder graph, GraphValue input) => graph.Node("Linear", NodeInputs(graph, input), this);

    /// <summary>Four dimensions would be taken for an image, whose channels are not the last.</summary>
    protected override Tensor Prepare(Tensor input) => input.dim() == 4 ? input.flatten(1, 2) : input;

    /// <inheritdoc/>
    protected internal override Tensor PerChannel(Tensor vector) => vector;

    /// <inheritdoc/>
    protected internal override Tensor ChannelSums(Tensor gradient) => Rows(gradient).sum([0]);

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, Tensor weight, Tensor? bias) => nn.functional.linear(input, weight, bias);

    /// <inheritdoc/>
    protected internal override (Tensor? Input, Tensor Weight) Differentiate(Tensor gradient, Tensor input, Tensor weight, bool ofInput) =>
        (ofInput ? gradient.matmul(weight) : null, Rows(gradient).t().mm(Rows(input)));

    /// <summary>[..., features] as a matrix.</summary>
    private static Tensor Rows(Tensor tensor) => tensor.reshape(-1, tensor.shape[^1]);

    private static Tensor Uniform(long inputs, long[] shape)
    {
        var bound = 1 / Math.Sqrt(inputs);
        return (rand(shape) * (2 * bound)) - bound;
    }
}
