using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Quantization;

public sealed class SumRoundingTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_value_passes_as_it_is_until_rounding_is_on()
    {
        using var rounding = new SumRounding();
        var x = Tensors.Normal(1, 2, 3, 4, 4);
        Assert.Same(x, rounding.forward(x));
        rounding.IsOn = true;
        Assert.True(rounding.forward(x).equal(FakeQuantize.PerTensor(x, NumberFormat.Int8, ScaleRule.LeastSquares)).all().item<bool>());
    }

    [Fact]
    public void A_static_scale_rounds_as_ONNX_does_with_all_256_codes()
    {
        using var rounding = new SumRounding { IsOn = true, Scale = 0.5f };
        var x = tensor([-100f, -64.2f, -0.75f, -0.25f, 0f, 0.25f, 0.75f, 1.25f, 63.6f, 100f]);
        Assert.Equal([-64f, -64f, -1f, 0f, 0f, 0f, 1f, 1f, 63.5f, 63.5f], rounding.forward(x).data<float>().ToArray());
    }

    [Fact]
    public void Zeros_stay_zeros()
    {
        using var rounding = new SumRounding { IsOn = true };
        var zero = zeros(2, 3, 4, 4);
        Assert.All(rounding.forward(zero).data<float>().ToArray(), v => Assert.Equal(0, v));
        rounding.Scale = Scales.Find(zero, NumberFormat.Int8, ScaleRule.LeastSquares, 1)[0];
        Assert.All(rounding.forward(zero).data<float>().ToArray(), v => Assert.Equal(0, v));
    }

    [Theory]
    [InlineData("resnet8", false)]
    [InlineData("resnet8", true)]
    [InlineData("resnet50", false)]
    [InlineData("mobilenet_v2", false)]
    [InlineData("efficientnet_b0", false)]
    public void Rounded_sums_change_the_output_and_pass_gradients(string name, bool onCodes)
    {
        random.manual_seed(1);
        using var model = ModelCatalog.Create(new ModelSpec(name, 4, 1, 32, 0.125, Stem: name == "resnet8" ? Stem.Standard : Stem.Small));
        model.ApplyUniform(new LayerFormats(NumberFormat.Int8));
        foreach (var (_, layer) in model.Layers)
            layer.ComputesOnCodes = onCodes;
        var images = Tensors.Normal(2, 8, 1, 32, 32);
        model.Network.train();
        var plain = model.Network.forward(images);
        model.RoundsSums = true;
        var rounded = model.Network.forward(images);
        Assert.NotEqual(plain.data<float>().ToArray(), rounded.data<float>().ToArray());
        rounded.square().sum().backward();
        Assert.All(model.Layers, l => Assert.True(l.Layer.weight.grad is { } g && g.isfinite().all().item<bool>() && g.abs().sum().item<float>() > 0, l.Name));
    }
}
