using CsCheck;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class QuantizedConv2dTests
{
    private static readonly Gen<(long N, long C, long K, long H, long W, long KH, long KW, long G)> Sizes =
        Gen.Select(Gen.Long[1, 3], Gen.Long[1, 3], Gen.Long[1, 3], Gen.Long[5, 8], Gen.Long[5, 8], Gen.Long[1, 3], Gen.Long[1, 3], Gen.Long[1, 3]);

    private static readonly Gen<(long[] Stride, long[] Padding, long[] Dilation, bool Bias, int Seed)> Options =
        Gen.Select(Gen.Long[1, 3].Array[2], Gen.Long[0, 2].Array[2], Gen.Long[1, 2].Array[2], Gen.Bool, Gen.Int[0, 9999]);

    [Fact]
    public void In_fp32_it_is_the_plain_convolution_with_all_its_gradients() =>
        Gen.Select(Sizes, Options).Sample((s, o) => Compare(s, o, NumberFormat.Fp32, NumberFormat.Fp32, false), iter: 150);

    [Fact]
    public void In_other_formats_it_is_the_plain_convolution_of_quantized_operands() =>
        Gen.Select(Sizes, Options, Gen.Int[0, NumberFormat.All.Count - 1].Select(i => NumberFormat.All[i]), Gen.Int[0, NumberFormat.All.Count - 1].Select(i => NumberFormat.All[i]), Gen.Bool)
            .Sample(Compare, iter: 200);

    /// <summary>
    /// Integers within what both types hold exactly, against double precision. Where a virtual machine hides the processor's caches, oneDNN has
    /// to be mended for that.
    /// </summary>
    [Fact]
    public void Convolutions_of_integers_are_exact()
    {
        foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
        {
            foreach (var (inputs, outputs, kernel, stride) in ((long, long, long, long)[])[(1, 8, 3, 1), (8, 40, 1, 1), (16, 1, 3, 1), (20, 24, 3, 2), (1, 96, 4, 4)])
            {
                using var scope = NewDisposeScope();
                var (x, w) = (Tensors.Normal(1, 4, inputs, 12, 12).round().clamp(-1, 1), Tensors.Normal(2, outputs, inputs, kernel, kernel).round().clamp(-1, 1));
                Tensor Channels(Tensor t) => TensorMemory.ChannelsLast(t.to(type)).detach().requires_grad_();
                var (x1, w1, x2, w2) = (Channels(x), Channels(w), x.to(ScalarType.Float64).requires_grad_(), w.to(ScalarType.Float64).requires_grad_());
                using var layer = new QuantizedConv2d(inputs, outputs, kernel, stride, kernel / 2);
                var output = layer.Compute(x1, w1, null);
                var expected = nn.functional.conv2d(x2, w2, null, [stride, stride], [kernel / 2, kernel / 2]);
                Same(expected, output);
                var gradient = Tensors.Normal(3, output.shape).round().clamp(-1, 1);
                output.backward([TensorMemory.ChannelsLast(gradient.to(type))]);
                expected.backward([gradient.to(ScalarType.Float64)]);
                Same(x2.grad!, x1.grad!);
                Same(w2.grad!, w1.grad!);
            }
        }

        static void Same(Tensor expected, Tensor actual)
        {
            var tolerance = actual.dtype == ScalarType.BFloat16 ? 1 / 256.0 : 0;
            Assert.True((actual.to(ScalarType.Float64) - expected).abs().max().item<double>() <= tolerance * expected.abs().max().item<double>());
        }
    }

    /// <summary>The shortcuts of narrow residual networks.</summary>
    [Fact]
    public void Kernels_of_one_pixel_that_stride_over_few_channels_are_the_plain_convolution()
    {
        for (var channels = 1L; channels <= 17; channels++)
            for (var stride = 1L; stride <= 3; stride++)
                Compare((64, channels, 8, 8, 7, 1, 1, 1), ([stride, stride], [0, 0], [1, 1], false, 1), NumberFormat.Fp32, NumberFormat.Fp32, false);
    }

    private static void Compare(
        (long N, long C, long K, long H, long W, long KH, long KW, long G) s,
        (long[] Stride, long[] Padding, long[] Dilation, bool Bias, int Seed) o,
        NumberFormat weightFormat, NumberFormat inputFormat, bool nonNegative)
    {
        using var scope = NewDisposeScope();
        Tensor New(int salt, params long[] shape) => Tensors.Normal(o.Seed + salt, shape);
        var (weight, bias) = (New(1, s.K * s.G, s.C, s.KH, s.KW), o.Bias ? New(2, s.K * s.G) : null);
        var x = New(3, s.N, s.C * s.G, s.H, s.W);

        using var layer = new QuantizedConv2d(
            new Parameter(weight.clone()), bias is null ? null : new Parameter(bias.clone()), o.Stride, o.Padding, o.Dilation, s.G)
        {
            Formats = new LayerFormats(weightFormat, inputFormat),
            NonNegativeInput = nonNegative,
        };
        var input = x.clone().requires_grad_();
        var output = layer.forward(input);

        var (w, b, i) = (weight.clone().requires_grad_(), bias?.clone().requires_grad_(), x.clone().requires_grad_());
        var format = nonNegative ? inputFormat.ForNonNegative : inputFormat;
        var operand = format.IsExact ? i : FakeQuantize.PerTensor(TensorMemory.ChannelsLast(i), format, ScaleRule.LeastSquares);
        var kernel = weightFormat.IsExact ? w : FakeQuantize.PerRow(w, weightFormat, ScaleRule.LeastSquares);
        var expected = Plain(operand, kernel, b);

        // A sum may cancel down to its rounding errors, which go with the sum of the magnitudes.
        Tensor Magnitude(Tensor t) => t.detach().abs().requires_grad_();
        var (ofKernel, ofBias, ofInput) = (Magnitude(kernel), bias is null ? null : Magnitude(bias), Magnitude(operand));
        var magnitude = Plain(ofInput, ofKernel, ofBias);

        var gradient = Tensors.Normal(o.Seed, expected.shape);
        output.backward([gradient]);
        expected.backward([gradient]);
        magnitude.backward([gradient.abs()]);
        Tensors.Near(expected, output, "output", magnitude);
        Tensors.Near(i.grad!, input.grad!, "gradient of the input", ofInput.grad);
        Tensors.Near(w.grad!, layer.weight.grad!, "gradient of the weight", ofKernel.grad);
        if (b is not null)
            Tensors.Near(b.grad!, layer.bias!.grad!, "gradient of the bias", ofBias!.grad);
        Assert.Equal(expected[0].numel() * weight[0].numel(), layer.Macs);

        Tensor Plain(Tensor i, Tensor w, Tensor? b) => nn.functional.conv2d(i.contiguous(), w, b, o.Stride, o.Padding, o.Dilation, s.G);
    }

    [Fact]
    public void It_has_the_shape_and_the_names_of_the_plain_layer()
    {
        using var layer = new QuantizedConv2d(6, 4, 3, 2, padding: 1, groups: 2, bias: true);
        using var plain = nn.Conv2d(6, 4, 3, 2, padding: 1, groups: 2);
        Assert.Equal(
            plain.state_dict().Select(e => (e.Key, string.Join(' ', e.Value.shape))).Order(),
            layer.state_dict().Select(e => (e.Key, string.Join(' ', e.Value.shape))).Order());
        Assert.All(Tensors.Values(layer.bias!), b => Assert.Equal(0, b));
        using var bare = new QuantizedConv2d(6, 4, 3);
        Assert.Null(bare.bias);
        Assert.Equal(["weight"], bare.state_dict().Keys);
    }

    [Fact]
    public void Macs_by_hand()
    {
        using var scope = NewDisposeScope();
        using var layer = new QuantizedConv2d(3, 16, 3, padding: 1);
        Assert.Equal(0, layer.Macs);
        layer.forward(zeros(5, 3, 32, 32));
        Assert.Equal(3 * 3 * 3 * 16 * 32 * 32, layer.Macs);
        using var depthwise = new QuantizedConv2d(16, 16, 3, 2, padding: 1, groups: 16);
        depthwise.forward(zeros(2, 16, 32, 32));
        Assert.Equal(3 * 3 * 16 * 16 * 16, depthwise.Macs);
    }

    [Fact]
    public void Weights_start_with_he_s_variance_by_fan_out()
    {
        using var layer = new QuantizedConv2d(64, 32, 3);
        var expected = Math.Sqrt(2.0 / (32 * 3 * 3));
        Assert.InRange(layer.weight.std().item<float>() / expected, 0.97, 1.03);
        Assert.True(TensorMemory.IsChannelsLast(layer.weight));
        Assert.True(layer.weight.requires_grad);
    }
}
