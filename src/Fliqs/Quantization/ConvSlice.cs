namespace Fliqs.Quantization;

/// <summary>The part of a convolution's weights that takes part: leading filters, and the centre of the kernel.</summary>
/// <param name="Inputs">Channels of the input; those of the output for a depthwise convolution.</param>
/// <param name="Outputs">Channels of the output.</param>
/// <param name="Kernel">Height and width of the kernel, odd as that of all weights.</param>
internal readonly record struct ConvSlice(long Inputs, long Outputs, long Kernel);
