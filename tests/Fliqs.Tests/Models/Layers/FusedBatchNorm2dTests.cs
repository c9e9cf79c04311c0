using CsCheck;
using Fliqs.Models.Layers;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Layers;

public sealed class FusedBatchNorm2dTests
{
    private const double Epsilon = 1e-2;
    private const double Momentum = 0.3;

    public enum Clip
    {
        None,
        Relu,
        Relu6,
    }

    private static readonly Gen<(int N, int C, int H, int W, int Seed, Clip Clip, bool ChannelsLast)> Cases =
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 40], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[0, 10000], Gen.Enum<Clip>(), Gen.Bool)
            .Where(c => c.Item1 * c.Item3 * c.Item4 >= 8);    // fewer values may nearly agree, which no float32 gradient survives

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_output_of_its_convolution_is_freed_unless_gradients_need_it(bool gradients)
    {
        using var convolution = new QuantizedConv2d(3, 4, 3);
        using var norm = new FusedBatchNorm2d(convolution);
        using var mode = torch.set_grad_enabled(gradients);
        using var output = convolution.forward(torch.randn(2, 3, 6, 6));

        using var normalised = norm.forward(output);

        Assert.Equal(!gradients, output.IsInvalid);
        Assert.Equal([2, 4, 4, 4], normalised.shape);
    }

    [Fact]
    public void Training_equals_stock_batch_norm_with_all_gradients_and_statistics() => Cases.Sample(
        c =>
        {
            using var scope = NewDisposeScope();
            var (fused, stock) = Pair(c.C, c.Seed, c.Clip);
            var (x, gradient) = Inputs(c.N, c.C, c.H, c.W, c.ChannelsLast);
            var (x1, x2) = (x.detach().clone().requires_grad_(), x.detach().clone().requires_grad_());
            var y1 = fused.forward(x1);
            var y2 = Stock(stock, x2, c.Clip);
            gradient *= (y2.detach().abs() > 1e-5).logical_and((y2.detach() - 6).abs() > 1e-5);    // next to a bound either may cut off
            (y1 * gradient).sum().backward();
            (y2 * gradient).sum().backward();
            Near(y2, y1);
            Near(x2.grad!, x1.grad!);
            foreach (var (name, parameter) in stock.named_parameters())
                Near(parameter.grad!, fused.get_parameter(name)!.grad!);
            foreach (var (name, buffer) in stock.named_buffers())
                Near(buffer, fused.get_buffer(name)!);
        },
        iter: 60, threads: 1);

    [Theory, InlineData(true), InlineData(false)]
    public void The_end_of_a_residual_block_is_norm_sum_and_relu(bool training)
    {
        using var scope = NewDisposeScope();
        var (fused, stock) = Pair(12, 3, Clip.None);
        fused.train(training);
        stock.train(training);
        var (x, gradient) = Inputs(4, 12, 5, 5, channelsLast: true);
        var (shortcut, _) = Inputs(4, 12, 5, 5, channelsLast: false);
        var (x1, x2, s1, s2) = (Leaf(x), Leaf(x), Leaf(shortcut), Leaf(shortcut));
        var y1 = fused.ReluOfSum(x1, new SumRounding(), s1);
        var y2 = nn.functional.relu(stock.forward(x2) + s2);
        (y1 * gradient).sum().backward();
        (y2 * gradient).sum().backward();
        Near(y2, y1);
        Near(x2.grad!, x1.grad!);
        Near(s2.grad!, s1.grad!);
        Near(stock.bias!.grad!, fused.get_parameter("bias")!.grad!);

        static Tensor Leaf(Tensor t) => t.detach().clone().requires_grad_();
    }

    /// <summary>
    /// Behind a convolution it takes codes in place of values: statistics differ by nothing but the order of products, outputs and gradients by
    /// their rounding to bfloat16.
    /// </summary>
    [Theory]
    [InlineData("INT4", true)]
    [InlineData("INT4", false)]
    [InlineData("E3M0", true)]
    [InlineData("E5M2", true)]
    [InlineData("E6M1", true)]
    [InlineData("E7M0", true)]
    public void Codes_of_a_convolution_are_normalised_like_its_values(string format, bool training)
    {
        using var scope = NewDisposeScope();
        var results = new List<Tensor[]>();
        foreach (var linked in (bool[])[false, true])
        {
            random.manual_seed(5);
            var convolution = new QuantizedConv2d(6, 10, 3, padding: 1) { Formats = new LayerFormats(NumberFormat.Parse(format)), ComputesOnCodes = true };
            var norm = linked ? new FusedBatchNorm2d(convolution, relu: true) : new FusedBatchNorm2d(10, relu: true);
            norm.train(training);
            var x = randn(8, 6, 9, 9).requires_grad_();
            var convolved = convolution.forward(x);
            var onCodes = linked && format is not ("E6M1" or "E7M0");     // of which products of codes are too large to be squared
            Assert.Equal(onCodes ? ScalarType.BFloat16 : ScalarType.Float32, convolved.dtype);
            var y = norm.forward(convolved);
            (y * randn_like(y)).sum().backward();
            Assert.Equal(onCodes && training ? ScalarType.BFloat16 : ScalarType.Float32, y.dtype);
            results.Add([y, norm.get_buffer("running_mean")!, norm.get_buffer("running_var")!, x.grad!, convolution.weight.grad!, norm.get_parameter("weight")!.grad!]);
        }

        foreach (var (i, (values, codes)) in results[0].Zip(results[1]).Index())
        {
            Assert.True(codes.isfinite().all().item<bool>(), $"{i}");
            var difference = (values - codes).abs().max().item<float>() / Math.Max(1, values.abs().max().item<float>());
            Assert.True(difference <= (i is 1 or 2 ? 1e-4 : i is 0 ? 4e-3 : 2e-2), $"{i}: {difference}");
        }
    }

    [Theory]
    [InlineData(Clip.None)]
    [InlineData(Clip.Relu)]
    [InlineData(Clip.Relu6)]
    public void Evaluation_equals_stock_batch_norm(Clip clip)
    {
        using var scope = NewDisposeScope();
        var (fused, stock) = Pair(12, 3, clip);
        for (var i = 0; i < 3; i++)
        {
            var (x, _) = Inputs(4, 12, 5, 5, channelsLast: true);
            fused.forward(x);
            stock.forward(x);
        }

        fused.eval();
        stock.eval();
        var (input, _) = Inputs(4, 12, 5, 5, channelsLast: false);
        Near(Stock(stock, input, clip), fused.forward(input));
    }

    [Fact]
    public void State_dictionary_has_the_names_of_stock_batch_norm()
    {
        using var scope = NewDisposeScope();
        var (fused, stock) = Pair(4, 1, Clip.None);
        Assert.Equal(stock.state_dict().Keys.Order(), fused.state_dict().Keys.Order());
        Assert.Equal(stock.state_dict()["num_batches_tracked"].shape, fused.state_dict()["num_batches_tracked"].shape);
    }

    [Fact]
    public void Statistics_do_not_cancel_far_from_zero()
    {
        using var scope = NewDisposeScope();
        using var norm = new FusedBatchNorm2d(3);
        var x = randn(8, 3, 16, 16) + 1000;
        for (var i = 0; i < 2; i++)
            norm.forward(x);
        var y = norm.forward(x);
        Assert.True(y.std().item<float>() is > 0.99f and < 1.01f);
        Assert.True(y.mean().abs().item<float>() < 1e-3f);
    }

    private static (FusedBatchNorm2d Fused, BatchNorm2d Stock) Pair(int channels, int seed, Clip clip)
    {
        random.manual_seed(seed);
        var (fused, stock) = (
            new FusedBatchNorm2d(channels, clip != Clip.None, clip == Clip.Relu6 ? 6 : float.PositiveInfinity, Epsilon, Momentum),
            nn.BatchNorm2d(channels, Epsilon, Momentum));
        using var gradients = no_grad();
        stock.weight!.copy_(randn(channels) * 3);
        stock.bias!.copy_(randn(channels));
        fused.load_state_dict(stock.state_dict());
        return (fused, stock);
    }

    private static (Tensor X, Tensor Gradient) Inputs(int n, int c, int h, int w, bool channelsLast)
    {
        var (x, gradient) = ((randn(n, c, h, w) * 3) + randn(1, c, 1, 1), randn(n, c, h, w));
        return (channelsLast ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x, gradient);
    }

    private static Tensor Stock(BatchNorm2d norm, Tensor x, Clip clip) => clip switch
    {
        Clip.Relu => nn.functional.relu(norm.forward(x)),
        Clip.Relu6 => nn.functional.relu6(norm.forward(x)),
        _ => norm.forward(x),
    };

    private static void Near(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        var difference = (expected - actual).abs().max().to(ScalarType.Float32).item<float>();
        Assert.True(difference <= 2e-4f * (1 + expected.abs().max().to(ScalarType.Float32).item<float>()), $"differs by {difference}");
    }
}
