using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>Formats that a layer computes in all at once, each with its share: its operands are the weighted sums of their roundings.</summary>
/// <param name="Formats">The formats.</param>
/// <param name="Weight">The shares of the formats of the weights, as many as there are formats. Gradients flow to it.</param>
/// <param name="Activation">The same of the input.</param>
internal sealed record FormatMixture(IReadOnlyList<NumberFormat> Formats, Tensor Weight, Tensor Activation);
