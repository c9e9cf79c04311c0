using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Search;

public sealed class FisherCriticTests : IDisposable
{
    private const int Samples = 6;
    private static readonly NumberFormat[] Formats = [NumberFormat.Int2, NumberFormat.E2M1, NumberFormat.Int8, NumberFormat.Bf16, NumberFormat.Fp32];

    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Generator seeded = random.manual_seed(3);
    private readonly QuantizedConv2d first = new(1, 3, 3);
    private readonly QuantizedLinear second = new(3, 5) { NonNegativeInput = true };
    private readonly QuantizedLinear last = new(5, 2) { Pinned = NumberFormat.Fp32 };
    private readonly QuantizedModel model;
    private readonly Tensor images = Tensors.Normal(1, Samples, 1, 6, 6);
    private readonly Tensor labels = arange(Samples, int64) % 2;

    public FisherCriticTests() => model = new QuantizedModel(
        nn.Sequential(("a", first), ("relu", nn.ReLU()), ("pool", nn.AdaptiveAvgPool2d(1)), ("flat", nn.Flatten()), ("b", second), ("c", last)),
        [1, 6, 6]);

    public void Dispose()
    {
        model.Dispose();
        scope.Dispose();
    }

    private void Step() => nn.functional.cross_entropy(model.Network.forward(images), labels).backward();

    /// <summary>The definition on one tensor, with nothing but plain tensor operations.</summary>
    private static double Rise(Tensor x, Tensor gradient, NumberFormat format, int rows, bool block)
    {
        var scales = Scales.Find(x, format, ScaleRule.LeastSquares, rows);
        var errors = (gradient * (x - CompositeRounding.Round(x, scales, format))).to(float64);
        return Samples / 2.0 * (block ? errors.flatten(1).sum(1) : errors).square().sum().item<double>();
    }

    [Theory]
    [InlineData(ActivationMode.Tied, false)]
    [InlineData(ActivationMode.Separate, false)]
    [InlineData(ActivationMode.Separate, true)]
    public void It_is_the_definition_with_the_gradients_of_plain_autograd(ActivationMode mode, bool block)
    {
        var space = SearchSpace.Create(model.Shapes, Formats, activations: mode);
        var critic = new FisherCritic(space, model, block);
        using (critic.Attach(Samples))
            Step();

        // The same step by hand, in FP32, every operand a leaf.
        var (x, w, v) = (images.clone().requires_grad_(), first.weight.detach().clone().requires_grad_(), second.weight.detach().clone().requires_grad_());
        var hidden = nn.functional.relu(nn.functional.conv2d(x, w)).mean([2, 3]);
        hidden.retain_grad();
        var logits = last.forward(nn.functional.linear(hidden, v, second.bias));
        nn.functional.cross_entropy(logits, labels).backward();

        var expected = new List<double[]>();
        foreach (var (weight, input, rows, unsigned) in new[] { (w, x, 3, false), (v, hidden, 5, true) })
        {
            var ofWeight = Formats.Select(f => Rise(weight.detach(), weight.grad!, f, rows, block)).ToArray();
            var ofInput = Formats.Select(f => Rise(input.detach(), input.grad!, unsigned ? f.ForNonNegative : f, 1, block)).ToArray();
            expected.AddRange(mode == ActivationMode.Tied ? [[.. ofWeight.Zip(ofInput, (a, b) => a + b)]] : [ofWeight, ofInput]);
        }

        var rise = critic.ExpectedRise();
        Assert.Equal(expected.Count, rise.Length);
        foreach (var (wanted, got) in expected.Zip(rise))
        {
            Assert.Equal(0, got[^1]);
            Assert.All(wanted[..^1], value => Assert.True(value > 0));
            foreach (var (a, b) in wanted.Zip(got))
                Assert.Equal(a, b, 1e-4 * a);
        }
    }

    [Fact]
    public void It_watches_for_one_step_and_averages_over_steps()
    {
        var critic = new FisherCritic(SearchSpace.Create(model.Shapes, Formats), model);
        Assert.All(critic.ExpectedRise(), r => Assert.All(r, v => Assert.Equal(0, v)));
        using (critic.Attach(Samples))
            Step();
        Assert.All(model.Layers, l => Assert.True(l.Layer.WeightObserver is null && l.Layer.ActivationObserver is null));
        var once = critic.ExpectedRise();
        Step();
        Assert.Equal(once, critic.ExpectedRise());
        using (critic.Attach(Samples))
            Step();
        Assert.Equal(2, critic.State.Steps);
        foreach (var (a, b) in once.Zip(critic.ExpectedRise()))
            Assert.Equal(a, b, (p, q) => Math.Abs(p - q) <= 1e-12 * p);
    }

    [Fact]
    public void Pinned_layers_are_not_watched()
    {
        var critic = new FisherCritic(SearchSpace.Create(model.Shapes, Formats), model);
        using var attached = critic.Attach(Samples);
        Assert.Null(last.WeightObserver);
        Assert.Null(last.ActivationObserver);
        Assert.NotNull(first.ActivationObserver);
    }

    [Theory]
    [InlineData("FP32")]
    [InlineData("INT4")]
    public void The_gradients_of_the_step_stay_the_same(string format)
    {
        model.ApplyUniform(new LayerFormats(NumberFormat.Parse(format)));
        Step();
        var plain = model.Network.parameters().Select(p => Tensors.Values(p.grad!)).ToList();
        model.Network.zero_grad();
        var critic = new FisherCritic(SearchSpace.Create(model.Shapes, Formats), model);
        using (critic.Attach(Samples))
            Step();
        Assert.Equal(plain, model.Network.parameters().Select(p => Tensors.Values(p.grad!)));
    }

    /// <summary>What the number is for: to second order, the rise of the loss of single samples, averaged.</summary>
    [Fact]
    public void For_activations_it_is_half_the_mean_square_of_the_first_order_change_of_a_sample()
    {
        var critic = new FisherCritic(SearchSpace.Create(model.Shapes, Formats, activations: ActivationMode.Separate), model);
        using (critic.Attach(Samples))
            Step();
        var scales = Scales.Find(images, NumberFormat.Int2, ScaleRule.LeastSquares, 1);
        var error = CompositeRounding.Round(images, scales, NumberFormat.Int2) - images;
        var total = 0.0;
        for (var i = 0; i < Samples; i++)
        {
            var x = images[i].unsqueeze(0).clone().requires_grad_();
            nn.functional.cross_entropy(model.Network.forward(x), labels[i].unsqueeze(0)).backward();
            total += (x.grad! * error[i]).square().sum().item<float>() / 2 / Samples;
        }

        Assert.Equal(total, critic.ExpectedRise()[1][0], 1e-4 * total);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_gradient_beyond_all_numbers_is_noticed(bool block)
    {
        var critic = new FisherCritic(SearchSpace.Create(model.Shapes, Formats), model, block);
        using (critic.Attach(Samples))
            Step();
        Assert.True(critic.IsFinite);
        using (critic.Attach(Samples))
            (nn.functional.cross_entropy(model.Network.forward(images), labels) * 1e25).backward();
        Assert.False(critic.IsFinite);
    }
}
