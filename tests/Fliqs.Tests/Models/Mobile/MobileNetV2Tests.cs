using Fliqs.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Mobile;

public sealed class MobileNetV2Tests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Names_are_those_of_torchvision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("mobilenet_v2", 10, 3, 32, Width: 0.25));
        static IEnumerable<string> Pair(string prefix) => ModelProbe.NormKeys(prefix + "1").Prepend(prefix + "0.weight");
        string[] expected =
        [
            .. Pair("features.0."), .. Pair("features.18."), "classifier.1.weight", "classifier.1.bias",
            .. Pair("features.1.conv.0."), "features.1.conv.1.weight", .. ModelProbe.NormKeys("features.1.conv.2"),
            .. Enumerable.Range(2, 16).Select(i => $"features.{i}.conv.").SelectMany(p => (string[])
                [.. Pair(p + "0."), .. Pair(p + "1."), p + "2.weight", .. ModelProbe.NormKeys(p + "3")]),
        ];
        Assert.Equal(expected.Order(), model.Network.state_dict().Keys.Order());
    }

    [Fact]
    public void Channels_are_the_published_ones()
    {
        using var model = ModelCatalog.Create(new ModelSpec("mobilenet_v2", 1000, 3, 224));
        var state = model.Network.state_dict();
        Assert.Equal([32, 3, 3, 3], state["features.0.0.weight"].shape);
        Assert.Equal([32, 1, 3, 3], state["features.1.conv.0.0.weight"].shape);
        Assert.Equal([144, 24, 1, 1], state["features.3.conv.0.0.weight"].shape);
        Assert.Equal([320, 960, 1, 1], state["features.17.conv.2.weight"].shape);
        Assert.Equal([1000, 1280], state["classifier.1.weight"].shape);
    }

    [Theory]
    [InlineData(0.5, 16, 8, 16, 1280)]     // torchvision's mobilenet_v2(width_mult=0.5)
    [InlineData(0.35, 16, 8, 8, 1280)]
    [InlineData(1.4, 48, 24, 32, 1792)]
    public void Widths_give_multiples_of_8_and_never_a_narrower_end(double width, int first, int second, int third, int last)
    {
        using var model = ModelCatalog.Create(new ModelSpec("mobilenet_v2", 10, 3, 32, width));
        long Outputs(string name) => model.Layers.Single(l => l.Name == name).Layer.weight.shape[0];
        Assert.Equal(
            [first, second, third, last],
            new[] { "features.0.0", "features.1.conv.1", "features.2.conv.2", "features.18.0" }.Select(Outputs));
    }

    [Theory]
    [InlineData(Stem.Standard, 64, 2)]
    [InlineData(Stem.Small, 28, 4)]
    public void The_stem_decides_what_size_is_left_of_an_image(Stem stem, int size, int left)
    {
        using var model = ModelCatalog.Create(new ModelSpec("mobilenet_v2", 10, 1, size, Width: 0.25, Stem: stem));
        var last = model.Shapes.Single(s => s.Name == "features.18.0");
        Assert.Equal(left * left, last.Macs / last.Weights);
    }

    [Fact]
    public void Expansions_and_the_image_see_negative_numbers_and_nothing_else_does()
    {
        using var model = ModelCatalog.Create(new ModelSpec("mobilenet_v2", 3, 1, 16, 0.25, Stem: Stem.Small));
        Assert.Equal(
            [.. Enumerable.Range(2, 16).Select(i => $"features.{i}.conv.0.0").Prepend("features.0.0"), "features.18.0"],
            model.Layers.Where(l => !l.Layer.NonNegativeInput).Select(l => l.Name));
        ModelProbe.SignsAreTrue(model, [4, 1, 16, 16]);
    }
}
