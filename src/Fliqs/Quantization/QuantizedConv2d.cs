using Fliqs.Graphs;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>A two-dimensional convolution with formats for weights and input. Input [N, C, H, W], output [N, outputs, H', W'].</summary>
public sealed class QuantizedConv2d : QuantizedLayer
{
    private readonly long[] stride;
    private readonly long[] padding;
    private readonly long[] dilation;
    private readonly long groups;

    /// <summary>A convolution with new weights (He initialisation for ReLU, fan-out).</summary>
    /// <param name="inputs">Channels of the input, divisible by <paramref name="groups"/>.</param>
    /// <param name="outputs">Channels of the output, divisible by <paramref name="groups"/>.</param>
    /// <param name="kernel">Height and width of the kernel.</param>
    /// <param name="stride">Step in both directions.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="dilation">Distance of kernel elements.</param>
    /// <param name="groups">Number of separate groups of channels; equal to the inputs for a depthwise convolution.</param>
    /// <param name="bias">Whether a bias is added.</param>
    public QuantizedConv2d(
        long inputs, long outputs, long kernel, long stride = 1, long padding = 0, long dilation = 1, long groups = 1, bool bias = false)
        : this(
            new Parameter(Initial(inputs, outputs, (kernel, kernel), groups)),
            bias ? new Parameter(zeros(outputs)) : null,
            [stride, stride], [padding, padding], [dilation, dilation], groups)
    {
    }

    /// <summary>A convolution without a bias whose kernel and padding differ in (height, width).</summary>
    public QuantizedConv2d(
        long inputs, long outputs, (long Height, long Width) kernel, long stride, (long Height, long Width) padding)
        : this(
            new Parameter(Initial(inputs, outputs, kernel, 1)), null, [stride, stride], [padding.Height, padding.Width], [1, 1], 1)
    {
    }

    /// <summary>A convolution with given parameters; strides, padding and dilation as (height, width).</summary>
    public QuantizedConv2d(Parameter weight, Parameter? bias, long[] stride, long[] padding, long[] dilation, long groups)
        : base(nameof(QuantizedConv2d), weight, bias)
    {
        (this.stride, this.padding, this.dilation, this.groups) = (stride, padding, dilation, groups);
        RegisterComponents();
    }

    /// <summary>Number of separate groups of channels.</summary>
    public long Groups => groups;

    /// <summary>The part that takes part; null for all of it. A grouped convolution has to be depthwise.</summary>
    internal ConvSlice? Slice { get; set; }

    /// <inheritdoc/>
    public override long WeightsInUse =>
        Slice is { } s ? s.Outputs * (groups == 1 ? s.Inputs : 1) * s.Kernel * s.Kernel : base.WeightsInUse;

    /// <summary>What the kernel in use leaves on every side of the whole one.</summary>
    private long Margin => Slice is { } s ? (weight.shape[2] - s.Kernel) / 2 : 0;

    /// <inheritdoc/>
    internal override (Tensor Weight, Tensor? Bias) InUse()
    {
        if (Slice is not { } s || WeightsInUse == weight.numel())
            return (weight, bias);
        var w = weight.narrow(0, 0, s.Outputs);
        if (groups == 1 && s.Inputs < weight.shape[1])
            w = w.narrow(1, 0, s.Inputs);
        if (Margin > 0)
            w = w.narrow(2, Margin, s.Kernel).narrow(3, Margin, s.Kernel);
        return (TensorMemory.ChannelsLast(w), bias?.narrow(0, 0, s.Outputs));
    }

    /// <summary>Sets to 0 what filters have beyond the inputs and the kernel in use. Filters that are not in use stay.</summary>
    internal void ClearUnusedInputs()
    {
        if (Slice is not { } s)
            return;
        using var gradients = no_grad();
        var inUse = weight.narrow(2, Margin, s.Kernel).narrow(3, Margin, s.Kernel);
        if (groups == 1)
            inUse = inUse.narrow(1, 0, s.Inputs);
        var kept = inUse.clone();
        weight.zero_();
        inUse.copy_(kept);
    }

    /// <inheritdoc/>
    public override GraphValue Trace(GraphBuilder graph, GraphValue input) => graph.Node(
        "Conv", NodeInputs(graph, input), this, ("kernel_shape", weight.shape[2..]), ("strides", stride),
        ("pads", new[] { padding[0], padding[1], padding[0], padding[1] }), ("dilations", dilation), ("group", groups));

    /// <inheritdoc/>
    protected override Tensor Prepare(Tensor input) => TensorMemory.ChannelsLast(input);

    /// <inheritdoc/>
    protected internal override Tensor PerChannel(Tensor vector) => vector.reshape(-1, 1, 1);

    /// <inheritdoc/>
    protected internal override Tensor ChannelSums(Tensor gradient) => gradient.sum([0, 2, 3]);

    /// <inheritdoc/>
    protected internal override Tensor Compute(Tensor input, Tensor weight, Tensor? bias)
    {
        var unsafely = ConvolutionGradient.IsUnsafe(input, weight, stride, Padding);    // in float32 ATen differentiates what is computed here
        return TensorMemory.ChannelsLast(nn.functional.conv2d(
            unsafely ? Strided(input) : input, weight, bias, unsafely ? [1, 1] : stride, Padding, dilation, GroupsInUse));
    }

    private Tensor Strided(Tensor input) =>
        input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: stride[0]), TensorIndex.Slice(step: stride[1])];

    /// <inheritdoc/>
    protected internal override (Tensor? Input, Tensor Weight) Differentiate(Tensor gradient, Tensor input, Tensor weight, bool ofInput)
    {
        // oneDNN's backward pass of depthwise convolutions that stride takes 30 times as long in bfloat16 as in float32.
        if (groups == 1 || stride is [1, 1] || gradient.dtype != ScalarType.BFloat16)
            return ConvolutionGradient.Of(gradient, input, weight, stride, Padding, dilation, GroupsInUse, ofInput);
        var (byInput, byWeight) = ConvolutionGradient.Of(
            gradient.to(ScalarType.Float32), input.to(ScalarType.Float32), weight.to(ScalarType.Float32), stride, Padding, dilation, GroupsInUse, ofInput);
        return (byInput?.to(ScalarType.BFloat16), byWeight.to(ScalarType.BFloat16));
    }

    private long[] Padding => Margin == 0 ? padding : [padding[0] - Margin, padding[1] - Margin];

    private long GroupsInUse => Slice is { } s && groups > 1 ? s.Outputs : groups;

    private static Tensor Initial(long inputs, long outputs, (long Height, long Width) kernel, long groups)
    {
        using var scope = no_grad();
        var weight = empty(outputs, inputs / groups, kernel.Height, kernel.Width);
        nn.init.kaiming_normal_(weight, mode: nn.init.FanInOut.FanOut, nonlinearity: nn.init.NonlinearityType.ReLU);
        return TensorMemory.ChannelsLast(weight);
    }
}
