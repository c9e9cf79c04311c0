using Fliqs.Graphs;
using Fliqs.Numerics;
using Fliqs.Space;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>
/// A convolution or linear layer whose weights and input are rounded to number formats that can be changed between two steps.
/// With FP32 on both it is the plain layer. Parameters have the names of the plain layer: <c>weight</c> and <c>bias</c>.
/// </summary>
public abstract class QuantizedLayer : nn.Module<Tensor, Tensor>, IGraphSource
{
    private const double LargestProduct = 1L << 40;

    static QuantizedLayer() => HiddenCaches.Mend();

    /// <summary>Weight of shape [outputs, ...], and a bias of shape [outputs] or null.</summary>
    protected QuantizedLayer(string name, Parameter weight, Parameter? bias)
        : base(name)
    {
        this.weight = weight;
        this.bias = bias;
    }

#pragma warning disable CA1051 // fields of a module carry the names of its state dictionary
    /// <summary>The weights of record, float32.</summary>
    public readonly Parameter weight;

    /// <summary>The bias, never quantized; null for none.</summary>
    public readonly Parameter? bias;
#pragma warning restore CA1051

    /// <summary>The formats of the next step. FP32 to begin with.</summary>
    public LayerFormats Formats { get; set; } = new(NumberFormat.Fp32);

    /// <summary>How scales are found; alike for weights and activations.</summary>
    public ScaleRule ScaleRule { get; set; } = ScaleRule.LeastSquares;

    /// <summary>Whether the input is known to be at least 0, as after ReLU, so that integers need no sign.</summary>
    public bool NonNegativeInput { get; set; }

    /// <summary>The one format of a layer that takes no part in searches or uniform formats; null for others.</summary>
    public NumberFormat? Pinned { get; set; }

    /// <summary>Multiply-accumulate operations for one sample in the last forward pass; 0 before the first.</summary>
    public long Macs { get; internal set; }

    /// <summary>Whether <see cref="Macs"/> adds up the passes, since a network may apply a layer more than once.</summary>
    internal bool AddsMacs { get; set; }

    /// <summary>The most values that one sample has had in the input or the output; 0 before the first forward pass.</summary>
    internal long Values { get; private set; }

    /// <summary>The number of weights that take part.</summary>
    public virtual long WeightsInUse => weight.numel();

    /// <summary>Is shown the input of every forward pass, as it was given.</summary>
    internal Action<Tensor>? InputSeen { get; set; }

    /// <summary>The norm that alone reads the output; null where there is none.</summary>
    internal CodesLink? NormBehind { get; set; }

    /// <summary>Whether the output of training on codes is bfloat16, which whoever reads it has to expect; float32 otherwise.</summary>
    internal bool HandsOnBFloat16 { get; init; }

    /// <summary>Takes the place of <see cref="Formats"/>; null for none.</summary>
    internal FormatMixture? Mixture { get; set; }

    /// <summary>Sees the weights and their gradient in the backward pass.</summary>
    public IGradientObserver? WeightObserver { get; set; }

    /// <summary>Sees the input and its gradient in the backward pass.</summary>
    public IGradientObserver? ActivationObserver { get; set; }

    /// <summary>The format that the input is rounded to: unsigned where that is possible.</summary>
    public NumberFormat InputFormat => NonNegativeInput ? Formats.Activation.ForNonNegative : Formats.Activation;

    /// <summary>The scale of the input, found beforehand, as in an exported network; null to find one for every batch.</summary>
    public float? InputScale { get; set; }

    /// <summary>Sees the input of every forward pass before it is rounded, and gives the one to go on with.</summary>
    public Func<Tensor, Tensor>? InputFilter { get; set; }

    /// <summary>Whether training multiplies bfloat16 codes instead of rounded float32 values, where both formats allow it.</summary>
    public bool ComputesOnCodes { get; set; }

    /// <inheritdoc/>
    public sealed override Tensor forward(Tensor input)
    {
        InputSeen?.Invoke(input);
        var given = input.shape;
        input = Prepare(input);
        input = InputFilter?.Invoke(input) ?? input;
        if (ActivationObserver is not null && !input.requires_grad)
            input = input.detach().requires_grad_();    // Images ask for no gradient; the observer does.
        var (w, b) = InUse();
        var learns = is_grad_enabled() && (input.requires_grad || w.requires_grad);
        var onCodes = learns && ComputesOnCodes && Mixture is null && CodesFit;
        if (!onCodes && input.dtype == ScalarType.BFloat16)
            input = input.to(ScalarType.Float32);
        var output = Mixture is not null ? OnMixture(input, w, b, Mixture)
            : IsPlain ? Compute(input, w, b)
            : OnOperands(TensorMemory.Dense(input), w, b, learns, onCodes);
        Macs = (AddsMacs ? Macs : 0) + (output.numel() / given[0] * (w.numel() / w.shape[0]));
        Values = Math.Max(Values, Math.Max(input.numel(), output.numel()) / given[0]);
        return output.dim() == given.Length ? output : output.reshape([.. given[..^1], output.shape[^1]]);
    }

    /// <summary>The weights and the bias that take part: all, unless a search over architectures uses a part.</summary>
    internal virtual (Tensor Weight, Tensor? Bias) InUse() => (weight, bias);

    /// <summary>Takes over the formats of another layer, and the weights of it that take part, which are as many as this one's.</summary>
    internal void Copy(QuantizedLayer source)
    {
        (Formats, ScaleRule, ComputesOnCodes, Pinned) = (source.Formats, source.ScaleRule, source.ComputesOnCodes, source.Pinned);
        var (w, b) = source.InUse();
        weight.copy_(w);
        bias?.copy_(b!);
    }

    /// <inheritdoc/>
    public abstract GraphValue Trace(GraphBuilder graph, GraphValue input);

    /// <summary>The inputs of the layer's node: what it computes from, its weight, and its bias where it has one.</summary>
    protected IReadOnlyList<GraphValue> NodeInputs(GraphBuilder graph, GraphValue input) =>
        bias is null ? [input, graph.Constant(weight)] : [input, graph.Constant(weight), graph.Constant(bias)];

    /// <summary>Brings the input into the memory order and the number of dimensions that the layer computes in.</summary>
    protected virtual Tensor Prepare(Tensor input) => input;

    /// <summary>The plain operation on the rounded operands, plus a bias or null.</summary>
    protected internal abstract Tensor Compute(Tensor input, Tensor weight, Tensor? bias);

    /// <summary>The gradients of <see cref="Compute"/> by input and weight; that by the input only if it is wanted.</summary>
    protected internal abstract (Tensor? Input, Tensor Weight) Differentiate(Tensor gradient, Tensor input, Tensor weight, bool ofInput);

    /// <summary>A vector of one number for every output channel, in a shape that multiplies the output.</summary>
    protected internal abstract Tensor PerChannel(Tensor vector);

    /// <summary>The sum over all but the output channels, of shape [outputs].</summary>
    protected internal abstract Tensor ChannelSums(Tensor gradient);

    /// <summary>
    /// Whether both formats have codes, and their products are small enough for the sums of squares of a norm behind: two of E7M0 reach 2^127.
    /// </summary>
    private bool CodesFit => InputFormat.FitsBFloat16 && Formats.Weight.FitsBFloat16
        && (double)LargestCode(InputFormat) * LargestCode(Formats.Weight) <= LargestProduct;

    /// <summary>
    /// Whether the layer, exported or with a static scale, multiplies codes and scales the sums: these are exact in any order, so that no rounding behind
    /// depends on which.
    /// </summary>
    internal bool SumsCodes => CodesFit && InputFormat is not BlockFormat && Formats.Weight is not BlockFormat
        && (InputFormat.IsScaled || Formats.Weight.IsScaled);

    private static float LargestCode(NumberFormat format) => format.IsScaled ? format.MaxValue : 1;

    private bool IsPlain => ActivationObserver is null && WeightObserver is null
        && Formats.Weight.Equals(NumberFormat.Fp32) && InputFormat.Equals(NumberFormat.Fp32);

    private Tensor OnOperands(Tensor input, Tensor weight, Tensor? bias, bool learns, bool onCodes)
    {
        if (Formats.Weight is BlockFormat)
            weight = Prepare(weight);
        var inputScales = InputScale is { } scale ? [scale] : Scales.Find(input, InputFormat, ScaleRule, 1);
        var exact = !learns && InputScale is not null && SumsCodes && input.device_type == DeviceType.CPU;
        var x = NewOperand(InputFormat, inputScales, ActivationObserver, onCodes || exact);
        var w = NewOperand(
            Formats.Weight, Scales.Find(weight, Formats.Weight, ScaleRule, (int)weight.shape[0]), WeightObserver, onCodes || exact);
        if (learns)
            return RoundedOperation.Apply(input, weight, bias, new RoundedOperation.Request(this, x, w, input.requires_grad));
        if (!exact)
        {
            var (roundedInput, roundedWeight) = (x.Round(input), w.Round(weight));
            var output = Compute(roundedInput, roundedWeight, bias);
            foreach (var (rounded, given) in new[] { (roundedInput, input), (roundedWeight, weight) })
                if (rounded.Handle != given.Handle)
                    rounded.Dispose();
            return output;
        }

        var sums = Compute(x.Round(input).to(ScalarType.Float32), w.Round(weight).to(ScalarType.Float32), null);
        sums.mul_(PerChannel(tensor(Array.ConvertAll(w.Scales, s => s * x.Scales[0]))));
        return bias is null ? sums : sums.add_(PerChannel(bias));
    }

    private Tensor OnMixture(Tensor input, Tensor weight, Tensor? bias, FormatMixture mixture)
    {
        var x = Mixed(mixture.Activation, format => FakeQuantize.PerTensor(input, NonNegativeInput ? format.ForNonNegative : format, ScaleRule));
        var w = Mixed(mixture.Weight, format => FakeQuantize.PerRow(weight, format, ScaleRule));
        return Compute(x, w, bias);

        Tensor Mixed(Tensor shares, Func<NumberFormat, Tensor> round) =>
            mixture.Formats.Select((format, i) => round(format) * shares[i]).Aggregate((sum, part) => sum + part);
    }

    private Operand NewOperand(NumberFormat format, float[] scales, IGradientObserver? observer, bool onCodes) =>
        onCodes ? new CodeOperand(format, scales, ScaleRule, observer) : new ValueOperand(format, scales, ScaleRule, observer);
}
