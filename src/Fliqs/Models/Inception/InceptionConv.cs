using Fliqs.Graphs;
using Fliqs.Models.Layers;
using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Inception;

/// <summary>A convolution, batch norm with the epsilon of TensorFlow's network, ReLU; parameter names as in torchvision.</summary>
internal sealed class InceptionConv : nn.Module<Tensor, Tensor>, IGraphSource
{
    private const double Epsilon = 1e-3;

    private readonly nn.Module<Tensor, Tensor> conv;
    private readonly FusedBatchNorm2d bn;

    /// <summary>A quantized convolution.</summary>
    /// <param name="inputs">Channels of the input, which is never negative unless it is the image.</param>
    /// <param name="outputs">Channels of the output.</param>
    /// <param name="kernel">Size and stride.</param>
    /// <param name="padded">Whether zeros around the image keep its size, without a stride.</param>
    /// <param name="image">Whether the input is the image.</param>
    public InceptionConv(int inputs, int outputs, InceptionKernel kernel, bool padded = true, bool image = false)
        : this(
            new QuantizedConv2d(
                inputs, outputs, (kernel.Height, kernel.Width), kernel.Stride,
                padded && kernel.Stride == 1 ? (kernel.Height / 2, kernel.Width / 2) : (0, 0))
            { NonNegativeInput = !image },
            outputs)
    {
    }

    /// <summary>Around a convolution of any kind without a bias.</summary>
    public InceptionConv(nn.Module<Tensor, Tensor> convolution, int outputs)
        : base(nameof(InceptionConv))
    {
        conv = convolution;
        bn = convolution is QuantizedConv2d quantized
            ? new FusedBatchNorm2d(quantized, relu: true, epsilon: Epsilon)
            : new FusedBatchNorm2d(outputs, relu: true, epsilon: Epsilon);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => bn.forward(conv.forward(input));

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) => graph.Apply(bn, graph.Apply(conv, input));

    /// <summary>The norm.</summary>
    public FusedBatchNorm2d Norm => bn;
}
