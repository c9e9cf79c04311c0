using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class QuantizedLayerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_graph_that_is_retained_gives_the_gradients_again()
    {
        using var network = new QuantizedConv2d(3, 4, 3) { Formats = new LayerFormats(NumberFormat.Int4), NonNegativeInput = true };
        var loss = network.forward(Tensors.Normal(1, 2, 3, 6, 6).abs()).square().sum();
        loss.backward(retain_graph: true);
        var once = network.weight.grad!.clone();
        BackwardPass.RunLast(loss);
        Tensors.SameValues(2 * once, network.weight.grad!, "weight");
    }

    [Fact]
    public void A_linear_layer_in_fp32_is_the_plain_one_on_any_number_of_dimensions()
    {
        foreach (var shape in new long[][] { [4, 6], [2, 3, 6] })
        {
            using var plain = nn.Linear(6, 5);
            using var layer = new QuantizedLinear(new Parameter(plain.weight!.detach().clone()), new Parameter(plain.bias!.detach().clone()));
            var (x, y) = (Tensors.Normal(1, shape).requires_grad_(), Tensors.Normal(1, shape).requires_grad_());
            var (expected, output) = (plain.forward(x), layer.forward(y));
            Tensors.SameBits(expected, output);
            var gradient = Tensors.Normal(2, expected.shape);
            (expected * gradient).sum().backward();
            (output * gradient).sum().backward();
            Tensors.SameBits(x.grad!, y.grad!);
            Tensors.SameBits(plain.weight!.grad!, layer.weight.grad!);
            Tensors.SameBits(plain.bias!.grad!, layer.bias!.grad!);
            Assert.Equal(shape[1..].Aggregate(1L, (a, b) => a * b) * 5, layer.Macs);
            Assert.Equal(plain.state_dict().Keys, layer.state_dict().Keys);
        }
    }

    [Fact]
    public void A_linear_layer_quantizes_its_operands()
    {
        using var layer = new QuantizedLinear(6, 5) { Formats = new LayerFormats(NumberFormat.Int4, NumberFormat.E2M1) };
        var (x, z) = (Tensors.Normal(1, 3, 6).requires_grad_(), Tensors.Normal(1, 3, 6).requires_grad_());
        var w = layer.weight.detach().clone().requires_grad_();
        var output = layer.forward(x);
        var expected = nn.functional.linear(
            FakeQuantize.PerTensor(z, NumberFormat.E2M1, ScaleRule.LeastSquares),
            FakeQuantize.PerRow(w, NumberFormat.Int4, ScaleRule.LeastSquares), layer.bias!.detach());
        Tensors.SameBits(expected, output);
        output.square().sum().backward();
        expected.square().sum().backward();
        Tensors.SameBits(z.grad!, x.grad!);
        Tensors.SameBits(w.grad!, layer.weight.grad!);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_mixture_computes_on_the_weighted_sums_of_all_roundings_and_its_shares_learn(bool nonNegative)
    {
        NumberFormat[] formats = [NumberFormat.Int2, NumberFormat.E2M1, NumberFormat.Int8];
        using var layer = new QuantizedConv2d(3, 4, 3) { NonNegativeInput = nonNegative };
        var x = Tensors.Normal(1, 2, 3, 5, 5);
        x = (nonNegative ? x.abs() : x).requires_grad_();
        var (a, b) = (tensor(new[] { 0.2f, 0.5f, 0.3f }, requires_grad: true), tensor(new[] { 0.1f, 0.1f, 0.8f }, requires_grad: true));
        layer.Mixture = new FormatMixture(formats, b, a);
        var output = layer.forward(x);
        var gradient = Tensors.Normal(2, output.shape);
        (output * gradient).sum().backward();

        var inputs = formats.Select(f => FakeQuantize.PerTensor(x.detach(), nonNegative ? f.ForNonNegative : f, ScaleRule.LeastSquares)).ToList();
        var weights = formats.Select(f => FakeQuantize.PerRow(layer.weight.detach(), f, ScaleRule.LeastSquares)).ToList();
        Tensor Sum(List<Tensor> parts, Tensor shares) => parts.Select((p, i) => p * shares[i].item<float>()).Aggregate((s, p) => s + p);
        var (mixedInput, mixedWeight) = (Sum(inputs, a), Sum(weights, b));
        Tensors.Near(nn.functional.conv2d(mixedInput, mixedWeight), output);
        for (var k = 0; k < formats.Length; k++)
        {
            Assert.Equal((nn.functional.conv2d(inputs[k], mixedWeight) * gradient).sum().item<float>(), a.grad![k].item<float>(), 1e-3);
            Assert.Equal((nn.functional.conv2d(mixedInput, weights[k]) * gradient).sum().item<float>(), b.grad![k].item<float>(), 1e-3);
        }

        Assert.True(x.grad!.abs().max().item<float>() > 0 && layer.weight.grad!.abs().max().item<float>() > 0);
    }

    [Fact]
    public void Initial_weights_of_a_linear_layer_lie_within_one_over_root_fan_in()
    {
        using var layer = new QuantizedLinear(100, 300);
        foreach (var p in new[] { layer.weight, layer.bias! })
        {
            Assert.InRange(p.abs().max().item<float>(), 0.09, 0.1);
            Assert.InRange(p.std().item<float>(), 0.05, 0.065);
            Assert.True(p.requires_grad && p.is_leaf);
        }
    }

    /// <summary>What lies behind the rounding is differentiated exactly: the bias, and the weights of a later plain layer.</summary>
    [Fact]
    public void Gradients_by_bias_and_by_what_follows_are_true_ones()
    {
        using var first = new QuantizedConv2d(2, 3, 3, bias: true) { Formats = new LayerFormats(NumberFormat.Int4) };
        using var second = new QuantizedLinear(3, 2);
        var x = Tensors.Normal(1, 4, 2, 6, 6);
        double Loss() => Forward().item<float>();
        Tensor Forward() => second.forward(first.forward(x).tanh().mean([2, 3])).square().sum();
        Forward().backward();
        foreach (var p in new[] { first.bias!, second.weight, second.bias! })
        {
            var slopes = Tensors.Values(p.grad!);
            for (var i = 0; i < slopes.Length; i++)
            {
                const float Step = 1e-2f;
                using var gradients = no_grad();
                var entry = p.view(-1)[i];
                var value = entry.item<float>();
                entry.fill_(value + Step);
                var above = Loss();
                entry.fill_(value - Step);
                var below = Loss();
                entry.fill_(value);
                Assert.Equal((above - below) / (2 * Step), slopes[i], 1e-3 + (0.01 * Math.Abs(slopes[i])));
            }
        }
    }

    [Fact]
    public void Formats_take_effect_with_the_next_step_and_fp32_brings_the_plain_layer_back()
    {
        using var layer = new QuantizedLinear(16, 4);
        var x = Tensors.Normal(1, 8, 16);
        Assert.Equal(new LayerFormats(NumberFormat.Fp32), layer.Formats);
        var plain = layer.forward(x);
        var weight = Tensors.Values(layer.weight);
        var outputs = new[] { NumberFormat.Int2, NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Bf16 }.Select(f =>
        {
            layer.Formats = new LayerFormats(f);
            return (layer.forward(x) - plain).square().mean().item<float>();
        }).ToList();
        Assert.Equal(outputs.OrderDescending(), outputs);
        Assert.True(outputs[^1] > 0);
        layer.Formats = new LayerFormats(NumberFormat.Fp32);
        Tensors.SameBits(plain, layer.forward(x));
        Assert.Equal(weight, Tensors.Values(layer.weight));
    }

    [Fact]
    public void Input_that_cannot_be_negative_gets_the_unsigned_format()
    {
        using var layer = new QuantizedLinear(4, 1, bias: false) { Formats = new LayerFormats(NumberFormat.Fp32, NumberFormat.Int4) };
        layer.ScaleRule = ScaleRule.MaxAbs;
        Assert.Equal(NumberFormat.Int4, layer.InputFormat);
        layer.NonNegativeInput = true;
        Assert.Equal("UINT4", layer.InputFormat.Name);
        var x = tensor([0f, 1f, 14.4f, 15f]).reshape(1, 4);
        Tensors.SameBits(nn.functional.linear(tensor([0f, 1f, 14f, 15f]).reshape(1, 4), layer.weight), layer.forward(x));
        layer.Formats = new LayerFormats(NumberFormat.E2M1);
        Assert.Equal(NumberFormat.E2M1, layer.InputFormat);
    }

    [Fact]
    public void Observers_see_weight_and_input_before_rounding_and_change_nothing()
    {
        foreach (var format in new[] { NumberFormat.Int4, NumberFormat.Fp32 })
        {
            using var layer = new QuantizedConv2d(2, 3, 3) { Formats = new LayerFormats(format) };
            var x = Tensors.Normal(1, 2, 2, 5, 5);
            layer.forward(x).square().sum().backward();
            var plain = layer.weight.grad!.clone();
            layer.weight.grad = null;

            var (ofWeight, ofInput) = (new Probe(), new Probe());
            (layer.WeightObserver, layer.ActivationObserver) = (ofWeight, ofInput);
            layer.forward(x).square().sum().backward();
            Tensors.SameBits(plain, layer.weight.grad!);
            Assert.Equal(Tensors.Values(layer.weight), ofWeight.X);
            Assert.Equal(Tensors.Values(plain).Length, ofWeight.Gradient!.Length);
            // Images ask for no gradient, and are yet the input of a layer like any other.
            Assert.Equal(Tensors.Values(x), ofInput.X);
            Assert.Contains(ofInput.Gradient!, g => g != 0);
            Assert.Null(x.grad);
        }
    }

    private sealed class Probe : IGradientObserver
    {
        public float[]? X { get; private set; }

        public float[]? Gradient { get; private set; }

        public void Observe(Tensor x, Tensor gradient)
        {
            Assert.Null(X);
            (X, Gradient) = (Tensors.Values(x), Tensors.Values(gradient));
        }
    }
}
