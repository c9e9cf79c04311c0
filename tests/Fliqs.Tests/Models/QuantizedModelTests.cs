using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models;

public sealed class QuantizedModelTests : IDisposable
{
    private readonly QuantizedModel model = ModelCatalog.Create(new ModelSpec("vit", 10, 1, 8, Width: 12, Depth: 1));

    public void Dispose() => model.Dispose();

    [Fact]
    public void An_assignment_of_a_space_reaches_the_layers_and_spares_the_pinned()
    {
        var space = SearchSpace.Create(model.Shapes, [NumberFormat.Int4, NumberFormat.Int8], activations: ActivationMode.Separate);
        model.Apply(space, space.Uniform(0).With(1, 1).With(2, 1));
        Assert.Equal("INT4/INT8", model.Formats["patch_embed.proj"].ToString());
        Assert.Equal("INT8/INT4", model.Formats["blocks.0.attn.qkv"].ToString());
        Assert.Equal("BF16", model.Formats["head"].ToString());
    }

    [Fact]
    public void A_space_of_another_model_is_refused()
    {
        using var other = ModelCatalog.Create(new ModelSpec("vit", 10, 1, 8, Width: 12, Depth: 2));
        var space = SearchSpace.Create(other.Shapes, [NumberFormat.Int4]);
        Assert.Throws<ArgumentException>(() => model.Apply(space, space.Uniform(0)));
        var small = SearchSpace.Create(model.Shapes, [NumberFormat.Int4]);
        Assert.Throws<ArgumentException>(() => other.Apply(small, small.Uniform(0)));
    }

    [Fact]
    public void Formats_by_name_have_to_name_every_layer_and_no_other()
    {
        var formats = model.UniformFormats(NumberFormat.E4M3).ToDictionary();
        model.Apply(formats);
        Assert.Equal(formats, model.Formats);

        formats["blocks.0.atn.qkv"] = new LayerFormats(NumberFormat.Int4);
        var unknown = Assert.Throws<InputException>(() => model.Apply(formats));
        Assert.Contains("'blocks.0.atn.qkv'", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("blocks.0.attn.qkv", unknown.Message, StringComparison.Ordinal);
        formats.Remove("blocks.0.atn.qkv");
        formats.Remove("head");
        Assert.Contains("'head'", Assert.Throws<InputException>(() => model.Apply(formats)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Measuring_shapes_leaves_no_trace(bool training)
    {
        using var network = ModelCatalog.Create(new ModelSpec("resnet8", 10, 1, 8, 0.25));
        network.Network.train(training);
        network.ApplyUniform(new LayerFormats(NumberFormat.Int3));
        var before = network.Network.state_dict().ToDictionary(e => e.Key, e => e.Value.contiguous().bytes.ToArray());
        Assert.All(network.Shapes, s => Assert.True(s.Macs > 0 && s.Weights > 0, s.Name));
        Assert.Equal(training, network.Network.training);
        Assert.All(network.Formats, f => Assert.Equal(new LayerFormats(NumberFormat.Int3), f.Value));
        Assert.All(network.Network.state_dict(), e => Assert.Equal(before[e.Key], e.Value.contiguous().bytes.ToArray()));
    }

    [Fact]
    public void Large_activations_leave_room_for_fewer_samples_at_once()
    {
        Assert.Equal(256, model.SamplesAtOnce(256));
        using var large = new QuantizedModel(nn.Sequential(("widen", new QuantizedLinear(2, 1 << 22)), ("back", new QuantizedLinear(1 << 22, 2))), [2]);
        Assert.Equal(32, large.SamplesAtOnce(256));    // of 4 bytes each 512 MiB
        Assert.Equal(8, large.SamplesAtOnce(8));
    }

    [Fact]
    public void A_network_without_a_quantized_layer_is_refused()
    {
        using var plain = nn.Sequential(nn.Linear(2, 2));
        var failure = Assert.Throws<InputException>(() => new QuantizedModel(plain, [2]));
        Assert.Contains("ModelConversion", failure.Message, StringComparison.Ordinal);
    }
}
