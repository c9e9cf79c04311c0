using Fliqs.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Mobile;

public sealed class EfficientNetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Names_are_those_of_timm()
    {
        using var model = ModelCatalog.Create(new ModelSpec("efficientnet_b0", 10, 3, 32, Width: 0.25));
        int[] counts = [1, 2, 2, 3, 3, 4, 1];
        static IEnumerable<string> Squeeze(string prefix) =>
            from layer in new[] { "reduce", "expand" } from part in new[] { "weight", "bias" } select $"{prefix}se.conv_{layer}.{part}";
        static IEnumerable<string> Block(string prefix, bool first) =>
        [
            .. Squeeze(prefix), prefix + "conv_dw.weight", prefix + "conv_pw.weight", .. first ? [] : new[] { prefix + "conv_pwl.weight" },
            .. Enumerable.Range(1, first ? 2 : 3).SelectMany(i => ModelProbe.NormKeys($"{prefix}bn{i}")),
        ];
        string[] expected =
        [
            "conv_stem.weight", .. ModelProbe.NormKeys("bn1"), "conv_head.weight", .. ModelProbe.NormKeys("bn2"), "classifier.weight", "classifier.bias",
            .. Enumerable.Range(0, 7).SelectMany(s => Enumerable.Range(0, counts[s]).SelectMany(b => Block($"blocks.{s}.{b}.", s == 0))),
        ];
        Assert.Equal(expected.Order(), model.Network.state_dict().Keys.Order());
        Assert.Equal(
            ["blocks.1.0.conv_pw", "blocks.1.0.conv_dw", "blocks.1.0.se.conv_reduce", "blocks.1.0.se.conv_expand", "blocks.1.0.conv_pwl"],
            model.Layers.Skip(5).Take(5).Select(l => l.Name));
    }

    [Theory]
    [InlineData("efficientnet_b0", 16, 32, 10, 1280)]
    [InlineData("efficientnet_b2", 23, 32, 12, 1408)]
    [InlineData("efficientnet_b4", 32, 48, 14, 1792)]
    public void Depth_and_width_grow_together(string name, int blocks, int first, int squeeze, int last)
    {
        using var model = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32));
        long Outputs(string layer) => model.Layers.Single(l => l.Name == layer).Layer.weight.shape[0];
        Assert.Equal(blocks, model.Layers.Count(l => l.Name.EndsWith("conv_dw", StringComparison.Ordinal)));
        Assert.Equal([first, squeeze, last], new[] { "conv_stem", "blocks.3.0.se.conv_reduce", "conv_head" }.Select(Outputs));
    }

    [Theory]
    [InlineData(Stem.Standard, 64, 2)]
    [InlineData(Stem.Small, 32, 4)]
    public void The_stem_decides_what_size_is_left_of_an_image(Stem stem, int size, int left)
    {
        using var model = ModelCatalog.Create(new ModelSpec("efficientnet_b0", 10, 1, size, Width: 0.25, Stem: stem));
        var last = model.Shapes.Single(s => s.Name == "conv_head");
        Assert.Equal(left * left, last.Macs / last.Weights);
    }

    [Fact]
    public void Every_layer_may_see_negative_numbers()
    {
        using var model = ModelCatalog.Create(new ModelSpec("efficientnet_b0", 3, 1, 16, 0.25, Stem: Stem.Small));
        Assert.DoesNotContain(model.Layers, l => l.Layer.NonNegativeInput);
        ModelProbe.SignsAreTrue(model, [4, 1, 16, 16], except: ".se.");
    }

    [Fact]
    public void Depthwise_weights_begin_by_their_own_fan_out()
    {
        using var model = ModelCatalog.Create(new ModelSpec("efficientnet_b0", 3, 1, 16));
        double Deviation(string layer) => model.Layers.Single(l => l.Name == layer).Layer.weight.std().item<float>();
        Assert.Equal(Math.Sqrt(2.0 / 25), Deviation("blocks.5.1.conv_dw"), 0.01);
        Assert.Equal(Math.Sqrt(2.0 / 1280), Deviation("conv_head"), 0.001);
    }
}
