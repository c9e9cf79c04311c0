using Fliqs.Config;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Config;

public sealed class ConfiguredSpaceTests : IDisposable
{
    private readonly QuantizedModel model = ConfiguredModel.Create(RunDefaults.Resolve(new RunConfig()));

    public void Dispose() => model.Dispose();

    private SearchSpace Create(string? group, Granularity granularity = Granularity.Layer, ActivationMode activations = ActivationMode.Tied) =>
        ConfiguredSpace.Create(RunDefaults.Resolve(new RunConfig { Group = group, Granularity = granularity, Activations = activations }), model);

    private string[] Together(string group, Granularity granularity = Granularity.Layer) =>
    [
        .. Create(group, granularity).Layers.GroupBy(l => l.Weight).Where(g => g.Count() > 1).Select(g => string.Join(' ', g.Select(l => l.Layer))),
    ];

    [Fact]
    public void Without_groups_every_layer_decides_for_itself() => Assert.Equal(model.Layers.Count, Create(null).Decisions.Count);

    [Theory]
    [InlineData("layer1.*", "layer1.0.conv1 layer1.0.conv2")]
    [InlineData("conv1+fc", "conv1 fc")]
    [InlineData("*.conv1+fc, conv1+layer1.0.conv2", "conv1 layer1.0.conv2;layer1.0.conv1 layer2.0.conv1 layer3.0.conv1 fc")]
    [InlineData("layer1.*,layer1.0.conv2+fc", "layer1.0.conv1 layer1.0.conv2 fc")]      // they overlap, and are one
    [InlineData("shared-input", "layer2.0.conv1 layer2.0.downsample.0;layer3.0.conv1 layer3.0.downsample.0")]
    public void Layers_of_a_group_share_a_decision(string group, string expected) =>
        Assert.Equal(expected.Split(';').Order(StringComparer.Ordinal), Together(group).Order(StringComparer.Ordinal));

    [Fact]
    public void A_group_unites_what_granularity_has_made() => Assert.Equal(
        ["layer1.0.conv1 layer1.0.conv2 layer2.0.conv1 layer2.0.conv2 layer2.0.downsample.0", "layer3.0.conv1 layer3.0.conv2 layer3.0.downsample.0"],
        Together("layer1.0.conv1+layer2.0.conv2", Granularity.Block));

    [Fact]
    public void Weights_and_activations_are_shared_each_among_themselves()
    {
        var space = Create("conv1+fc", activations: ActivationMode.Separate);
        Assert.Equal(2 * (model.Layers.Count - 1), space.Decisions.Count);
        Assert.Equal((space.Layers[0].Weight, space.Layers[0].Activation), (space.Layers[^1].Weight, space.Layers[^1].Activation));
        Assert.Equal(["conv1+fc:weight", "conv1+fc:activation"], space.Decisions.Take(2).Select(d => d.Name));
    }

    [Fact]
    public void Pinned_layers_are_in_no_group()
    {
        using var other = ConfiguredModel.Create(RunDefaults.Resolve(new RunConfig()));
        other.Layers[^1].Layer.Pinned = NumberFormat.Int8;
        var config = RunDefaults.Resolve(new RunConfig { Group = "*" });
        Assert.Equal(-1, ConfiguredSpace.Create(config, other).Layers[^1].Weight);
    }

    [Theory]
    [InlineData("layer9.*", "group layer9.*: the model has no layer 'layer9.*'; did you mean '")]
    [InlineData("conv1+fcc", "group conv1+fcc: the model has no layer 'fcc'; did you mean 'fc'?")]
    [InlineData("layer1.*,fc", "group fc: means the layer 'fc' alone; add another by +, or use a pattern such as layer1.*")]
    public void A_group_that_unites_nothing_is_named(string group, string message) =>
        Assert.StartsWith(message, Assert.Throws<InputException>(() => Create(group)).Message);

    [Fact]
    public void A_network_without_shared_inputs_says_so()
    {
        using var vit = ConfiguredModel.Create(RunDefaults.Resolve(new RunConfig { Model = "vit", Width = 12, Depth = 1 }));
        var config = RunDefaults.Resolve(new RunConfig { Model = "vit", Group = "shared-input" });
        Assert.StartsWith("group shared-input: no two layers", Assert.Throws<InputException>(() => ConfiguredSpace.Create(config, vit)).Message);
    }
}
