using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class ConvolutionGradientTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>With few positions and with many, in bfloat16 as in float32 but for the rounding of the result.</summary>
    [Theory]
    [InlineData(2, 48, 3, 1, 1, 1)]
    [InlineData(4, 48, 3, 2, 1, 1)]
    [InlineData(5, 48, 3, 1, 2, 2)]
    [InlineData(3, 48, 1, 2, 0, 1)]
    [InlineData(2, 96, 2, 1, 0, 1)]
    [InlineData(9, 8, 3, 1, 1, 1)]
    [InlineData(9, 8, 3, 2, 0, 1)]
    public void Gradients_in_bfloat16_are_those_of_float32(int size, int outputs, int kernel, int stride, int padding, int dilation)
    {
        var input = BFloat16(Tensors.Normal(1, 4, 6, size, size));
        var weight = BFloat16(Tensors.Normal(2, outputs, 6, kernel, kernel));
        var output = nn.functional.conv2d(input, weight, strides: [stride, stride], padding: [padding, padding], dilation: [dilation, dilation]);
        var gradient = BFloat16(Tensors.Normal(3, output.shape));
        foreach (var ofInput in new[] { false, true })
        {
            var (x, w) = Of(gradient, input, weight);
            var (byInput, byWeight) = Of(gradient.to(ScalarType.BFloat16), input.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16));
            Assert.Equal(w.shape, byWeight.shape);
            Near(w, byWeight);
            Assert.Equal(ofInput, byInput is not null);
            if (ofInput)
                Near(x!, byInput!);

            (Tensor?, Tensor) Of(Tensor g, Tensor i, Tensor k) =>
                ConvolutionGradient.Of(g, i, k, [stride, stride], [padding, padding], [dilation, dilation], 1, ofInput);
        }
    }

    private static Tensor BFloat16(Tensor x) => TensorMemory.ChannelsLast(x.to(ScalarType.BFloat16).to(ScalarType.Float32));

    private static void Near(Tensor expected, Tensor actual) => Assert.InRange(
        ((expected - actual.to(ScalarType.Float32)).abs().max() / expected.abs().max()).item<float>(), 0, 1f / 128);
}
