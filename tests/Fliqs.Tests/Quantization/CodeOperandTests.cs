using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

/// <summary>Operations on bfloat16 codes against the same operations on rounded float32 values.</summary>
public sealed class CodeOperandTests
{
    public static TheoryData<string> Formats => [.. NumberFormat.All.Where(f => f.FitsBFloat16 && f.Name != "NVFP4").Select(f => f.Name)];

    [Theory, MemberData(nameof(Formats))]
    public void Codes_times_scale_are_the_rounded_values_to_the_bit(string name)
    {
        using var scope = NewDisposeScope();
        var format = NumberFormat.Parse(name);
        foreach (var x in new[] { randn(3, 5, 4, 7), randn(3, 5, 4, 7).permute(0, 3, 1, 2), randn(6, 33) })
        {
            var dense = TensorMemory.Dense(x);
            foreach (var rows in new[] { 1, (int)x.shape[0] })
            {
                if ((rows > 1 && !dense.is_contiguous()) || !Rounding.LiesInRows(dense, format))
                    continue;
                var scales = Scales.Find(dense, format, ScaleRule.LeastSquares, rows);
                var codes = new CodeOperand(format, scales, ScaleRule.LeastSquares, null).Round(dense);
                Assert.Equal(ScalarType.BFloat16, codes.dtype);
                var column = tensor(scales).reshape([rows, .. Enumerable.Repeat(1L, (int)x.dim() - 1)]);
                Assert.True((codes.to(ScalarType.Float32) * column).equal(Rounding.Round(dense, scales, format)).all().item<bool>());
            }
        }
    }

    [Theory, InlineData("INT3"), InlineData("E4M3"), InlineData("UINT4"), InlineData("BF16")]
    public void Gradient_is_that_of_fake_quantization_over_the_scale(string name)
    {
        using var scope = NewDisposeScope();
        var format = NumberFormat.Parse(name);
        var x = randn(4, 6, 5, 5).permute(0, 3, 1, 2);
        var gradient = randn(4, 5, 6, 5).to(ScalarType.BFloat16);
        var scales = Scales.Find(x, format, ScaleRule.LeastSquares, 1);
        var actual = new CodeOperand(format, scales, ScaleRule.LeastSquares, null).Gradient(x, gradient);
        var expected = CompositeRounding.MaskClipped(x, gradient.to(ScalarType.Float32), scales, (format.MinValue, format.MaxValue)) * (1 / scales[0]);
        Assert.True((actual - expected).abs().max().item<float>() <= 1e-6f * expected.abs().max().item<float>());
    }

    [Fact]
    public void Observer_sees_the_gradient_by_the_rounded_values()
    {
        using var scope = NewDisposeScope();
        var (onCodes, onValues) = (new Recorder(), new Recorder());
        var (x, gradient) = (randn(8, 16), randn(8, 4));
        foreach (var (observer, codes) in new[] { (onCodes, true), (onValues, false) })
        {
            random.manual_seed(5);
            using var layer = new QuantizedLinear(16, 4)
            {
                Formats = new LayerFormats(NumberFormat.Int8),
                ComputesOnCodes = codes,
                WeightObserver = observer,
            };
            layer.forward(x).backward([gradient]);
        }

        Near(onValues.Gradient!, onCodes.Gradient!, 0.02f);
    }

    [Theory, InlineData("INT4", "INT8"), InlineData("E2M1", "E4M3"), InlineData("BF16", "INT2"), InlineData("FP32", "INT4")]
    public void A_layer_on_codes_is_the_layer_on_values_up_to_the_rounding_of_outputs(string weight, string activation)
    {
        using var scope = NewDisposeScope();
        foreach (var input in new[] { randn(4, 8, 9, 9).permute(0, 3, 1, 2), randn(4, 9, 8, 9) })
        {
            var results = new List<(Tensor Output, Tensor Input, Tensor Weight, Tensor Bias)>();
            foreach (var codes in new[] { true, false })
            {
                random.manual_seed(7);
                var layer = new QuantizedConv2d(9, 6, 3, 2, 1, bias: true)
                {
                    Formats = new LayerFormats(NumberFormat.Parse(weight), NumberFormat.Parse(activation)),
                    ComputesOnCodes = codes,
                };
                var x = input.detach().clone().requires_grad_();
                var output = layer.forward(x);
                output.square().sum().backward();
                Assert.Equal(ScalarType.Float32, output.dtype);
                results.Add((output.detach(), x.grad!, layer.weight.grad!, layer.bias!.grad!));
            }

            Near(results[1].Output, results[0].Output, 0.01f);
            Near(results[1].Input, results[0].Input, 0.02f);
            Near(results[1].Weight, results[0].Weight, 0.02f);
            Near(results[1].Bias, results[0].Bias, 0.02f);
        }
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_linear_layer_may_hand_on_bfloat16(bool bias)
    {
        using var scope = NewDisposeScope();
        var results = new List<Tensor[]>();
        foreach (var handsOn in new[] { true, false })
        {
            random.manual_seed(7);
            var layer = new QuantizedLinear(20, 12, bias) { Formats = new LayerFormats(NumberFormat.Int4), ComputesOnCodes = true, HandsOnBFloat16 = handsOn };
            var x = randn(3, 7, 20).requires_grad_();
            var output = layer.forward(x);
            Assert.Equal(handsOn ? ScalarType.BFloat16 : ScalarType.Float32, output.dtype);
            output.transpose(0, 1).square().sum().backward();       // a gradient that does not lie as the output does
            results.Add([output.detach(), x.grad!, layer.weight.grad!, .. bias ? [layer.bias!.grad!] : Array.Empty<Tensor>()]);
            Assert.All(results[^1][1..], gradient => Assert.Equal(ScalarType.Float32, gradient.dtype));
        }

        foreach (var (actual, expected) in results[0].Zip(results[1]))
            Near(expected, actual.to(ScalarType.Float32), 0.02f);
    }

    [Theory, InlineData("INT4", "MXFP4"), InlineData("E2M1", "INT8")]
    public void A_layer_takes_bfloat16_like_the_same_numbers_in_float32(string weight, string activation)
    {
        using var scope = NewDisposeScope();
        var input = randn(4, 8, 9, 9).permute(0, 3, 1, 2).to(ScalarType.BFloat16);
        foreach (var codes in new[] { true, false })
        {
            var results = new List<Tensor[]>();
            foreach (var type in new[] { ScalarType.BFloat16, ScalarType.Float32 })
            {
                random.manual_seed(7);
                var layer = new QuantizedConv2d(9, 6, 3, padding: 1)
                {
                    Formats = new LayerFormats(NumberFormat.Parse(weight), NumberFormat.Parse(activation)),
                    ComputesOnCodes = codes,
                };
                var x = input.to(type).detach().clone().requires_grad_();
                var output = layer.forward(x);
                output.square().sum().backward();
                Assert.Equal(type, x.grad!.dtype);
                results.Add([output.detach(), layer.weight.grad!, x.grad!.to(ScalarType.Float32)]);
            }

            Assert.True(results[0][0].equal(results[1][0]).all().item<bool>());
            Assert.True(results[0][1].equal(results[1][1]).all().item<bool>());
            Near(results[1][2], results[0][2], 0.005f);
        }
    }

    [Fact]
    public void Evaluation_is_exact_float32()
    {
        using var scope = NewDisposeScope();
        using var layer = new QuantizedLinear(32, 8) { Formats = new LayerFormats(NumberFormat.Int4), ComputesOnCodes = true };
        using var gradients = no_grad();
        var x = randn(5, 32);
        var evaluated = layer.forward(x);
        layer.ComputesOnCodes = false;
        Assert.True(evaluated.equal(layer.forward(x)).all().item<bool>());
    }

    private static void Near(Tensor expected, Tensor actual, float tolerance)
    {
        var difference = (expected - actual).abs().max().item<float>();
        Assert.True(difference <= tolerance * expected.abs().max().item<float>(), $"differs by {difference}");
    }

    private sealed class Recorder : IGradientObserver
    {
        public Tensor? Gradient { get; private set; }

        public void Observe(Tensor x, Tensor gradient) => Gradient = gradient.clone().DetachFromDisposeScope();
    }
}
