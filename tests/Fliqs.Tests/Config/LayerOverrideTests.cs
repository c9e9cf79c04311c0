using Fliqs.Config;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Config;

public sealed class LayerOverrideTests
{
    private static readonly string[] Layers = ["conv1", "layer1.0.conv1", "layer1.1.conv1", "layer2.0.conv1", "fc"];

    [Theory]
    [InlineData("conv1=INT8", "conv1")]
    [InlineData("layer1.*=INT8", "layer1.0.conv1;layer1.1.conv1")]
    [InlineData("*conv1=INT8", "conv1;layer1.0.conv1;layer1.1.conv1;layer2.0.conv1")]
    [InlineData("*.0.*=INT8", "layer1.0.conv1;layer2.0.conv1")]
    [InlineData("*=INT8", "conv1;layer1.0.conv1;layer1.1.conv1;layer2.0.conv1;fc")]
    public void A_star_stands_for_any_letters_and_a_dot_for_itself(string text, string meant)
    {
        var formats = Layers.ToDictionary(l => l, _ => new LayerFormats(NumberFormat.Int4));
        LayerOverride.Parse(text).Apply(formats);
        Assert.Equal(meant.Split(';'), formats.Where(f => f.Value.Weight.Equals(NumberFormat.Int8)).Select(f => f.Key));
    }

    [Fact]
    public void Weights_and_activations_can_differ() => Assert.Equal(
        new LayerFormats(NumberFormat.Int4, NumberFormat.Parse("E4M3")), LayerOverride.Parse("fc=int4/E4M3").Formats);

    [Theory]
    [InlineData("fc", "write it as LAYER=FORMAT")]
    [InlineData("=INT4", "write it as LAYER=FORMAT")]
    [InlineData("fc=", "write it as LAYER=FORMAT")]
    [InlineData("fc=INT4=INT8", "write it as LAYER=FORMAT")]
    [InlineData("fc=INT4/INT8/INT8", "write it as LAYER=FORMAT")]
    [InlineData("fc=INT4/", "unknown format ''")]
    [InlineData("fc=INT44", "unknown format 'INT44'")]
    public void What_cannot_be_read_is_refused(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => LayerOverride.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("layr1.0.conv1=INT8", "the model has no layer 'layr1.0.conv1'; did you mean 'layer1.0.conv1'?")]
    [InlineData("block*=INT8", "the model has no layer 'block*'; did you mean ")]
    [InlineData("CONV1=INT8", "the model has no layer 'CONV1'; did you mean 'conv1'?")]
    public void A_layer_that_is_not_there_is_an_error_that_names_the_nearest(string text, string message)
    {
        var formats = Layers.ToDictionary(l => l, _ => new LayerFormats(NumberFormat.Int4));
        Assert.Contains(
            message, Assert.Throws<InputException>(() => LayerOverride.Parse(text).Apply(formats)).Message, StringComparison.Ordinal);
    }
}
