using Fliqs.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Residual;

public sealed class ResNetTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Names_are_those_of_torchvision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet50", 10, 3, 32, Width: 0.125));
        int[] blocks = [3, 4, 6, 3];
        string[] expected =
        [
            "conv1.weight", .. ModelProbe.NormKeys("bn1"), "fc.weight", "fc.bias",
            .. from stage in Enumerable.Range(1, 4)
               from block in Enumerable.Range(0, blocks[stage - 1])
               let prefix = $"layer{stage}.{block}."
               from key in Enumerable.Range(1, 3).SelectMany(i => ModelProbe.NormKeys($"{prefix}bn{i}").Prepend($"{prefix}conv{i}.weight"))
                   .Concat(block > 0 ? [] : ModelProbe.NormKeys(prefix + "downsample.1").Prepend(prefix + "downsample.0.weight"))
               select key,
        ];
        Assert.Equal(expected.Order(), model.Network.state_dict().Keys.Order());
        Assert.Equal(
            ["conv1", "layer1.0.conv1", "layer1.0.conv2", "layer1.0.conv3", "layer1.0.downsample.0", "layer1.1.conv1"],
            model.Layers.Take(6).Select(l => l.Name));
    }

    [Fact]
    public void Weights_have_the_shapes_of_torchvision()
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet18", 1000, 3, 224));
        var state = model.Network.state_dict();
        Assert.Equal(122, state.Count);
        Assert.Equal([64, 3, 7, 7], state["conv1.weight"].shape);
        Assert.Equal([128, 64, 1, 1], state["layer2.0.downsample.0.weight"].shape);
        Assert.Equal([512, 512, 3, 3], state["layer4.1.conv2.weight"].shape);
        Assert.Equal([1000, 512], state["fc.weight"].shape);
        Assert.False(state.ContainsKey("layer1.0.downsample.0.weight"));
    }

    [Theory]
    [InlineData("resnet18", "resnet18-tf", "layer1.0.downsample.0")]
    [InlineData("resnet50", "resnet50-tf", null)]
    public void The_network_of_the_paper_has_a_projection_in_stage_1(string name, string paper, string? projection)
    {
        using var model = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, Width: 0.125));
        using var other = ModelCatalog.Create(new ModelSpec(paper, 10, 3, 32, Width: 0.125));
        Assert.Equal(projection is null ? [] : [projection], other.Layers.Select(l => l.Name).Except(model.Layers.Select(l => l.Name)));
        Assert.Equal(0, other.Layers.Count - model.Layers.Count - (projection is null ? 0 : 1));
    }

    [Theory]
    [InlineData(Stem.Standard, 64, 2)]
    [InlineData(Stem.Small, 32, 4)]
    [InlineData(Stem.Small, 28, 4)]
    public void The_stem_decides_what_size_is_left_of_an_image(Stem stem, int size, int left)
    {
        using var model = ModelCatalog.Create(new ModelSpec("resnet18", 10, 1, size, Width: 0.125, Stem: stem));
        var last = model.Shapes.Single(s => s.Name == "layer4.1.conv2");
        Assert.Equal(left * left, last.Macs / last.Weights);
        Assert.Equal([8, 1, stem == Stem.Small ? 3 : 7, stem == Stem.Small ? 3 : 7], model.Layers[0].Layer.weight.shape);
    }

    [Theory]
    [InlineData("resnet18")]
    [InlineData("resnet50")]
    public void Only_the_image_itself_may_be_negative(string name)
    {
        using var model = ModelCatalog.Create(new ModelSpec(name, 3, 1, 16, 0.125, Stem: Stem.Small));
        Assert.Equal(["conv1"], model.Layers.Where(l => !l.Layer.NonNegativeInput).Select(l => l.Name));
        ModelProbe.SignsAreTrue(model, [2, 1, 16, 16]);
    }
}
