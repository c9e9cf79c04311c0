using Fliqs.Quantization;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>A convolution and its batch norm as the children <c>0</c> and <c>1</c> of a sequence, as torchvision names them.</summary>
internal static class ConvNorm
{
    /// <summary>The norm carries the ReLU, or the ReLU6, where there is one.</summary>
    public static Sequential Create(QuantizedConv2d convolution, bool relu = false, float ceiling = float.PositiveInfinity) => nn.Sequential(
        ("0", convolution), ("1", new FusedBatchNorm2d(convolution.weight.shape[0], relu, ceiling)));
}
