using System.Collections.Concurrent;
using static TorchSharp.torch;

namespace Fliqs.Quantization;

/// <summary>The gradients of a convolution. TorchSharp has no call for ATen's operator, TorchScript has.</summary>
internal static class ConvolutionGradient
{
    /// <summary>The channels of a block of oneDNN, the most that any processor has.</summary>
    private const int BlockChannels = 16;

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
        var asProduct = groups == 1 && gradient.dtype == ScalarType.BFloat16 && gradient.numel() / gradient.shape[1] < gradient.shape[1];
        var asUnstrided = IsUnsafe(input, weight, stride, padding);
        var script = $"""
            def gradients(gradient, input, weight):
                byInput, byWeight, _ = {Convolution("input", stride, ofInput, !asProduct && !asUnstrided)}
                {(asProduct ? Product(stride, padding, dilation) : asUnstrided ? Unstrided() : "")}
                return {(ofInput ? "byInput, byWeight" : "byWeight")}

            """;
        var unit = Compiled.GetOrAdd(script, jit.compile);
        return unit.invoke("gradients", gradient, input, weight) switch
        {
            (Tensor byInput, Tensor byWeight) => (byInput, byWeight),
            Tensor byWeight => (null, byWeight),
            var other => throw new InvalidOperationException($"{other}"),
        };

        string Convolution(string input, long[] stride, bool byInput, bool byWeight) => byInput || byWeight
            ? $"torch.convolution_backward(gradient, {input}, weight, None, {List(stride)}, {List(padding)}, {List(dilation)}, False, [0, 0], {groups}, [{Bool(byInput)}, {Bool(byWeight)}, False])"
            : "None, None, None";

        string Unstrided() => $"byWeight = {Convolution($"input[:, :, ::{stride[0]}, ::{stride[1]}]", [1, 1], false, true)}[1]";
    }

    /// <summary>
    /// Whether oneDNN writes past its memory when it differentiates by the weight. It does where a kernel of one pixel strides and channels, which
    /// lie last, do not fill a block (uxlfoundation/oneDNN, issue 6035); leaving positions out beforehand gives the same.
    /// </summary>
    public static bool IsUnsafe(Tensor input, Tensor weight, long[] stride, long[] padding) =>
        input.shape[1] < BlockChannels && weight.shape[2] * weight.shape[3] == 1 && stride.Max() > 1 && padding.Max() == 0;

    /// <summary>
    /// The gradient by the weight as one matrix product of the output's gradient and the patches of the input. With fewer positions in
    /// a batch than output channels it takes a sixth of the time that oneDNN's bfloat16 convolution does.
    /// </summary>
    private static string Product(long[] stride, long[] padding, long[] dilation) =>
        $"byWeight = torch.mm(gradient.transpose(0, 1).flatten(1), torch.im2col(input, weight.shape[2:], {List(dilation)}, {List(padding)}, {List(stride)}).transpose(1, 2).flatten(0, 1)).reshape(weight.shape)";

    private static string Bool(bool value) => value ? "True" : "False";

    private static string List(long[] numbers) => $"[{string.Join(", ", numbers)}]";
}
