using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>Sees a quantized tensor together with the gradient of the loss by it.</summary>
public interface IGradientObserver
{
    /// <summary>Called in the backward pass. Both tensors have the same shape and memory order, and live for this call only.</summary>
    /// <param name="x">The tensor before rounding.</param>
    /// <param name="gradient">The gradient of the loss by the rounded tensor.</param>
    void Observe(Tensor x, Tensor gradient);
}
