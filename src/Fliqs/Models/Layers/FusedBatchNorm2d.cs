using Fliqs.Graphs;
using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>
/// Batch normalisation over [N, C, H, W], with a ReLU or ReLU6 on top if wanted; parameters and buffers as in
/// <c>torch.nn.BatchNorm2d</c>. In training on a CPU it runs the kernels of Fliqs.Numerics on channels-last memory, with
/// statistics in double precision; otherwise the operations of LibTorch.
/// </summary>
public sealed class FusedBatchNorm2d : nn.Module<Tensor, Tensor>, IGraphSource
{
    private readonly bool relu;
    private readonly float ceiling;
    private readonly double epsilon;
    private readonly CodesLink? link;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor running_mean;
    private readonly Tensor running_var;
    private readonly Tensor num_batches_tracked;

    /// <summary>Normalises <paramref name="channels"/> channels.</summary>
    /// <param name="channels">Length of the second dimension of the input.</param>
    /// <param name="relu">Whether a ReLU follows.</param>
    /// <param name="ceiling">Where that ReLU cuts off above: 6 for a ReLU6.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">Weight of a batch in the running statistics.</param>
    public FusedBatchNorm2d(
        long channels, bool relu = false, float ceiling = float.PositiveInfinity, double epsilon = 1e-5, double momentum = 0.1)
        : base(nameof(FusedBatchNorm2d))
    {
        (this.relu, this.ceiling, this.epsilon, Momentum) = (relu, ceiling, epsilon, momentum);
        weight = new Parameter(ones(channels));
        bias = new Parameter(zeros(channels));
        running_mean = zeros(channels);
        running_var = ones(channels);
        num_batches_tracked = zeros(1, ScalarType.Int64).squeeze();
        RegisterComponents();
    }

    /// <summary>
    /// Normalises the output of a convolution, which nothing else reads: without gradients it is disposed. Where the convolution computes on codes,
    /// they are not multiplied by their scales beforehand.
    /// </summary>
    /// <param name="convolution">What is normalised.</param>
    /// <param name="relu">Whether a ReLU follows.</param>
    /// <param name="ceiling">Where that ReLU cuts off above: 6 for a ReLU6.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <param name="momentum">Weight of a batch in the running statistics.</param>
    public FusedBatchNorm2d(
        QuantizedConv2d convolution, bool relu = false, float ceiling = float.PositiveInfinity, double epsilon = 1e-5, double momentum = 0.1)
        : this(convolution.weight.shape[0], relu, ceiling, epsilon, momentum) => convolution.NormBehind = link = new CodesLink();

    /// <summary>The number of batches that it was trained on.</summary>
    public long Batches => num_batches_tracked.item<long>();

    /// <summary>Weight of a batch in the running statistics.</summary>
    internal double Momentum { get; set; }

    /// <summary>How many leading channels take part; null for all.</summary>
    internal long? Slice { get; set; }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => Consume(input, null, relu, ceiling);

    /// <summary>Normalises, rounds if wanted, adds a tensor of the same shape, and takes the ReLU of the sum: the end of a residual block.</summary>
    internal Tensor ReluOfSum(Tensor input, SumRounding rounding, Tensor shortcut) => rounding.IsOn
        ? nn.functional.relu(rounding.forward(forward(input)) + shortcut, inplace: true)
        : Consume(input, shortcut, true, float.PositiveInfinity);

    /// <summary>Makes the output 0, until training moves it.</summary>
    internal void Clear()
    {
        using var gradients = no_grad();
        weight.zero_();
        bias.zero_();
    }

    /// <summary>The parameters and running statistics that take part, which share memory with all of them.</summary>
    internal (Tensor Weight, Tensor Bias, Tensor Mean, Tensor Variance) InUse() => Slice is { } count && count < weight.numel()
        ? (weight.narrow(0, 0, count), bias.narrow(0, 0, count), running_mean.narrow(0, 0, count), running_var.narrow(0, 0, count))
        : (weight, bias, running_mean, running_var);

    /// <summary>Takes over what takes part of another norm, of as many channels as this one has.</summary>
    internal void Copy(FusedBatchNorm2d source)
    {
        var (w, b, mean, variance) = source.InUse();
        weight.copy_(w);
        bias.copy_(b);
        running_mean.copy_(mean);
        running_var.copy_(variance);
        num_batches_tracked.copy_(source.num_batches_tracked);
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input)
    {
        var (w, b, mean, variance) = InUse();
        var output = graph.BatchNorm(input, w, b, mean, variance, epsilon);
        return !relu ? output : float.IsPositiveInfinity(ceiling) ? graph.Relu(output) : graph.Clip(output, 0, ceiling);
    }

    /// <summary>Normalises; what nothing else reads need not wait for the end of the network to be freed, unless gradients do.</summary>
    private Tensor Consume(Tensor input, Tensor? shortcut, bool relu, float ceiling)
    {
        var output = Normalise(input, shortcut, relu, ceiling);
        if (link is not null && !is_grad_enabled())
            input.Dispose();
        return output;
    }

    private Tensor Normalise(Tensor input, Tensor? shortcut, bool relu, float ceiling)
    {
        var (w, b, mean, variance) = InUse();
        if (training && input.device_type == DeviceType.CPU)
        {
            var addend = shortcut is null ? null : TensorMemory.ChannelsLast(shortcut.to(input.dtype));
            return BatchNormFunction.Apply(
                TensorMemory.ChannelsLast(input), w, b, mean, variance, addend, new BatchNormFunction.Request(this, epsilon, link, relu, ceiling));
        }

        if (training)
            num_batches_tracked.add_(1);
        if (input.dtype == ScalarType.BFloat16)
            input *= tensor(link!.Scales).reshape(-1, 1, 1);
        var output = nn.functional.batch_norm(input, mean, variance, w, b, training, Momentum, epsilon);
        if (shortcut is not null)
            output.add_(shortcut);
        return !relu ? output
            : float.IsPositiveInfinity(ceiling) ? nn.functional.relu(output, inplace: true)
            : nn.functional.hardtanh(output, 0, ceiling, inplace: true);
    }

    /// <summary>Moves the running statistics towards those of a batch; the variance without bias, as LibTorch does.</summary>
    internal void Track(Span<float> means, Span<float> variances, double[] mean, double[] variance, long count)
    {
        num_batches_tracked.add_(1);
        for (var c = 0; c < mean.Length; c++)
        {
            means[c] += (float)(Momentum * (mean[c] - means[c]));
            variances[c] += (float)(Momentum * ((variance[c] * count / Math.Max(1, count - 1)) - variances[c]));
        }
    }
}
