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

    /// <summary>The shortcuts of narrow residual networks; the backward pass of oneDNN damages memory in some of them.</summary>
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
        var expected = nn.functional.conv2d(operand.contiguous(), kernel, b, o.Stride, o.Padding, o.Dilation, s.G);

        var gradient = Tensors.Normal(o.Seed, expected.shape);
        (output * gradient).sum().backward();
        (expected * gradient).sum().backward();
        Tensors.Near(expected, output, "output");
        Tensors.Near(i.grad!, input.grad!, "gradient of the input");
        Tensors.Near(w.grad!, layer.weight.grad!, "gradient of the weight");
        if (b is not null)
            Tensors.Near(b.grad!, layer.bias!.grad!, "gradient of the bias");
        Assert.Equal(expected[0].numel() * weight[0].numel(), layer.Macs);
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
