namespace Fliqs.Models.Inception;

/// <summary>A convolution of an inception network.</summary>
/// <param name="Outputs">Channels of the output before the factor on the width.</param>
/// <param name="Height">Height of the kernel.</param>
/// <param name="Width">Width of the kernel.</param>
/// <param name="Stride">Step in both directions. With a step above 1 there is no padding.</param>
internal readonly record struct InceptionKernel(int Outputs, int Height = 1, int Width = 1, int Stride = 1)
{
    /// <summary>A square kernel.</summary>
    public static InceptionKernel Square(int outputs, int size, int stride = 1) => new(outputs, size, size, stride);
}
