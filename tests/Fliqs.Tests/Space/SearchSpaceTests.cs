using CsCheck;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Space;

public sealed class SearchSpaceTests
{
    private static readonly NumberFormat[] Formats = [NumberFormat.Int4, NumberFormat.Int8, NumberFormat.Bf16];

    private static readonly LayerShape[] Layers =
    [
        new("conv1", 10, 1), new("layer1.0.conv1", 20, 2), new("layer1.0.conv.1.0", 30, 3), new("layer1.1.conv1", 40, 4),
        new("fc", 50, 5, NumberFormat.Int8),
    ];

    [Theory]
    [InlineData(Granularity.Layer, "conv1 layer1.0.conv1 layer1.0.conv.1.0 layer1.1.conv1", "0 1 2 3")]
    [InlineData(Granularity.Block, "conv1 layer1.0 layer1.1", "0 1 1 2")]
    [InlineData(Granularity.Model, "model", "0 0 0 0")]
    public void Layers_share_decisions_by_granularity(Granularity granularity, string decisions, string indices)
    {
        var space = SearchSpace.Create(Layers, Formats, granularity);

        Assert.Equal(decisions, string.Join(' ', space.Decisions.Select(d => d.Name)));
        Assert.Equal(indices, string.Join(' ', space.Layers.SkipLast(1).Select(l => l.Weight)));
        Assert.All(space.Layers, l => Assert.Equal(l.Weight, l.Activation));
        Assert.All(space.Decisions, d => Assert.Equal(["INT4", "INT8", "BF16"], d.Options));
    }

    [Fact]
    public void Separate_activations_have_a_decision_of_their_own_beside_that_of_the_weights()
    {
        var space = SearchSpace.Create(Layers, Formats, Granularity.Block, ActivationMode.Separate);

        Assert.Equal(
            "conv1:weight conv1:activation layer1.0:weight layer1.0:activation layer1.1:weight layer1.1:activation",
            string.Join(' ', space.Decisions.Select(d => d.Name)));
        Assert.Equal(new LayerBinding("layer1.0.conv.1.0", 2, 3), space.Layers[2]);
        Assert.Equal("INT8/BF16", space.FormatsOf(new Assignment(0, 0, 1, 2, 0, 0))[2].ToString());
    }

    [Fact]
    public void Pinned_layers_keep_their_format_and_take_part_in_no_decision()
    {
        var space = SearchSpace.Create(Layers, Formats);

        Assert.Equal(new LayerBinding("fc", -1, -1, NumberFormat.Int8), space.Layers[4]);
        Assert.All(SpaceCase.AllOf(space), a => Assert.Equal(new LayerFormats(NumberFormat.Int8), space.FormatsOf(a)[4]));
    }

    [Theory]
    [InlineData("int", "INT8")]
    [InlineData("all", "INT8")]
    [InlineData("INT4,BF16", "INT4")]
    [InlineData("BF16,FP32", "FP32")]
    [InlineData("NVFP4,MXFP8_E4M3,BF16", "MXFP8_E4M3")]
    public void High_precision_is_the_widest_of_up_to_eight_bits_an_element(string space, string format) =>
        Assert.Equal(format, SearchSpace.HighPrecision(NamedSpaces.Parse(space)).Name);

    [Fact]
    public void Every_layer_has_the_formats_of_its_decisions() =>
        Gen.Select(SpaceCase.Random(6, 4), Gen.Long).Sample((given, seed) =>
        {
            var space = given.Space;
            var assignment = SpaceCase.Draw(space, new RandomStream(seed));
            var formats = space.FormatsOf(assignment);

            Assert.Equal(given.Layers.Select(l => l.Name), space.Layers.Select(l => l.Layer));
            foreach (var (binding, pair) in space.Layers.Zip(formats))
            {
                Assert.Equal(binding.Pinned ?? given.Formats[assignment[binding.Weight]], pair.Weight);
                Assert.Equal(binding.Pinned ?? given.Formats[assignment[binding.Activation]], pair.Activation);
            }

            var used = space.Layers.Where(l => l.Pinned is null).SelectMany(l => new[] { l.Weight, l.Activation }).Distinct().Order();
            Assert.Equal(Enumerable.Range(0, space.Decisions.Count), used);
            Assert.Equal(space.Decisions.Count, space.Decisions.Select(d => d.Name).Distinct().Count());
        });

    [Fact]
    public void Uniform_gives_every_free_layer_the_same_format()
    {
        var space = SearchSpace.Create(Layers, Formats, activations: ActivationMode.Separate);

        var formats = space.FormatsOf(space.Uniform(2));

        Assert.Equal(["BF16", "BF16", "BF16", "BF16", "INT8"], formats.Select(f => f.ToString()));
    }

    [Fact]
    public void An_assignment_of_another_space_is_refused()
    {
        var space = SearchSpace.Create(Layers, Formats);
        var e = Assert.Throws<ArgumentException>(() => space.FormatsOf(new Assignment(0, 0)));
        Assert.Contains("2 options", e.Message);
        Assert.Contains("4 decisions", e.Message);
    }

    [Fact]
    public void A_space_without_formats_with_one_twice_or_without_free_layers_is_refused()
    {
        Assert.Contains("no format", Assert.Throws<InputException>(() => SearchSpace.Create(Layers, [])).Message);
        var twice = Assert.Throws<InputException>(() => SearchSpace.Create(Layers, [NumberFormat.Int4, NumberFormat.Bf16, NumberFormat.Int4]));
        Assert.Contains("INT4 more than once", twice.Message);
        Assert.Contains("no layer", Assert.Throws<InputException>(() => SearchSpace.Create(Layers[4..], Formats)).Message);
        Assert.Contains("no layer", Assert.Throws<InputException>(() => SearchSpace.Create([], Formats)).Message);
    }
}
