using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>A convolution and its batch norm as the children <c>0</c> and <c>1</c> of a sequence, as torchvision names them.</summary>
internal static class ConvNorm
{
    /// <summary>The norm carries the ReLU, or the ReLU6, where there is one.</summary>
    public static Sequential Create(QuantizedConv2d convolution, bool relu = false, float ceiling = float.PositiveInfinity) => nn.Sequential(
        ("0", convolution), ("1", new FusedBatchNorm2d(convolution, relu, ceiling)));

    /// <summary>Makes a convolution and the norm behind it use a part of their parameters.</summary>
    public static void Use(QuantizedConv2d convolution, FusedBatchNorm2d norm, long inputs, long outputs, long kernel = 1) =>
        (convolution.Slice, norm.Slice) = (new ConvSlice(inputs, outputs, kernel), outputs);

    /// <summary>The same of a sequence.</summary>
    public static void Use(Sequential pair, long inputs, long outputs, long kernel = 1) =>
        Use((QuantizedConv2d)pair[0], (FusedBatchNorm2d)pair[1], inputs, outputs, kernel);
}
