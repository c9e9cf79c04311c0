using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>The gradients of a convolution. TorchSharp has no call for ATen's operator, TorchScript has.</summary>
internal static class ConvolutionGradient
{
    private static readonly ConcurrentDictionary<string, jit.CompilationUnit> Compiled = new();

    /// <summary>The gradients by input and weight of a convolution without a bias.</summary>
    /// <param name="gradient">By the output.</param>
    /// <param name="input">[N, C, H, W].</param>
    /// <param name="weight">[outputs, C / groups, kernel height, kernel width].</param>
    /// <param name="stride">As (height, width), like padding and dilation.</param>
    /// <param name="padding">Zeros on every side.</param>
    /// <param name="dilation">Distance of kernel elements.</param>
    /// <param name="groups">Number of separate groups of channels.</param>
    /// <param name="ofInput">Whether the gradient by the input is wanted; else it is null.</param>
    public static (Tensor? Input, Tensor Weight) Of(
        Tensor gradient, Tensor input, Tensor weight, long[] stride, long[] padding, long[] dilation, long groups, bool ofInput)
    {
        var script = $"""
            def gradients(gradient, input, weight):
                byInput, byWeight, _ = torch.convolution_backward(gradient, input, weight, None, {List(stride)}, {List(padding)}, {List(dilation)}, False, [0, 0], {groups}, [{(ofInput ? "True" : "False")}, True, False])
                return {(ofInput ? "byInput, byWeight" : "byWeight")}

            """;
        var unit = Compiled.GetOrAdd(script, jit.compile);
        return unit.invoke("gradients", gradient, input, weight) switch
        {
            (Tensor byInput, Tensor byWeight) => (byInput, byWeight),
            Tensor byWeight => (null, byWeight),
            var other => throw new InvalidOperationException($"{other}"),
        };
    }

    private static string List(long[] numbers) => $"[{string.Join(", ", numbers)}]";
}
