using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models.Transformers;

public sealed class VisionTransformerTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Names_are_those_of_timm()
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", 10, 3, 8, Width: 12, Depth: 2, Heads: 3, Patch: 4));
        string[] block = ["norm1", "attn.qkv", "attn.proj", "norm2", "mlp.fc1", "mlp.fc2"];
        string[] expected =
        [
            "cls_token", "pos_embed",
            .. new[] { "patch_embed.proj", "norm", "head" }.Concat(block.Select(b => "blocks.0." + b)).Concat(block.Select(b => "blocks.1." + b))
                .SelectMany(n => new[] { n + ".weight", n + ".bias" }),
        ];
        Assert.Equal(expected.Order(), model.Network.state_dict().Keys.Order());
        Assert.Equal(
            ["patch_embed.proj", "blocks.0.attn.qkv", "blocks.0.attn.proj", "blocks.0.mlp.fc1", "blocks.0.mlp.fc2"],
            model.Layers.Take(5).Select(l => l.Name));
        Assert.Equal(("head", 10), (model.Layers[^1].Name, model.Layers.Count));
    }

    [Theory]
    [InlineData(12, 2, 3, 4, 8, 3, 10)]
    [InlineData(96, 6, 3, 4, 28, 1, 10)]
    public void Parameters_and_macs_follow_the_formulas(int width, int depth, int heads, int patch, int size, int channels, int classes)
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", classes, channels, size, width, depth, heads, patch));
        var patches = (size / patch) * (size / patch);
        long d = width, tokens = patches + 1, embedding = d * channels * patch * patch;
        Assert.Equal(embedding + d + d + (tokens * d) + (depth * ((12 * d * d) + (13 * d))) + (2 * d) + (d * classes) + classes, model.Parameters);
        Assert.Equal((patches * embedding) + (depth * tokens * 12 * d * d) + (d * classes), model.Shapes.Sum(s => s.Macs));
        Assert.Equal([2, classes], model.Network.forward(Tensors.Normal(1, 2, channels, size, size)).shape);
    }

    [Theory]
    [InlineData(12, 4)]
    [InlineData(96, 7)]
    [InlineData(6, 3)]
    public void Positions_begin_different_and_like_those_of_their_neighbours(int width, int grid)
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", 10, 1, 4 * grid, width, Depth: 1, Heads: 3, Patch: 4));
        var positions = model.Network.state_dict()["pos_embed"].detach()[0];
        Assert.Equal(0, positions[0].abs().max().item<float>());
        var grids = positions[TensorIndex.Slice(1)].reshape(grid, grid, width);
        for (var distance = 1; distance < 3; distance++)
        {
            Assert.InRange(Least(0, distance), 0.1f, float.MaxValue);
            Assert.Equal(Least(0, distance), Least(1, distance), 1e-5f);
        }

        Assert.True(Least(0, 1) < Least(0, 2));

        float Least(int axis, int distance) =>
            (grids.narrow(axis, distance, grid - distance) - grids.narrow(axis, 0, grid - distance)).norm(2).min().item<float>();
    }

    /// <summary>Each of query, key and value counts as a matrix of its own.</summary>
    [Theory]
    [InlineData("attn.qkv", 48, 48)]
    [InlineData("attn.proj", 48, 48)]
    [InlineData("mlp.fc1", 48, 192)]
    [InlineData("mlp.fc2", 192, 48)]
    public void Weights_of_blocks_begin_as_wide_as_their_inputs_and_outputs_ask_for(string name, int inputs, int outputs)
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", 10, 1, 8, 48, Depth: 1, Heads: 3, Patch: 4));
        var state = model.Network.state_dict();
        var variance = state[$"blocks.0.{name}.weight"].detach().square().mean().item<float>();
        Assert.InRange(variance * (inputs + outputs) / 2, 0.85f, 1.15f);
        Assert.Equal(0, state[$"blocks.0.{name}.bias"].detach().abs().max().item<float>());
    }

    /// <summary>On codes attention is written out, and what linear layers hand on is rounded: the direction of every gradient stays.</summary>
    [Fact]
    public void On_codes_it_has_the_gradients_that_it_has_on_values()
    {
        var results = new List<Dictionary<string, Tensor>>();
        foreach (var codes in new[] { true, false })
        {
            random.manual_seed(3);
            var model = ModelCatalog.Create(new ModelSpec("vit", 10, 3, 8, Width: 24, Depth: 2, Heads: 3, Patch: 2));
            model.ApplyUniform(new LayerFormats(NumberFormat.Int8));
            foreach (var (_, layer) in model.Layers)
                layer.ComputesOnCodes = codes;
            var logits = model.Network.forward(Tensors.Normal(1, 4, 3, 8, 8));
            Assert.Equal(ScalarType.Float32, logits.dtype);
            (logits * Tensors.Normal(2, 4, 10)).sum().backward();
            results.Add(model.Network.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.flatten()));
        }

        foreach (var (name, expected) in results[1])
        {
            var cosine = (expected.dot(results[0][name]) / (expected.norm() * results[0][name].norm())).item<float>();
            Assert.True(cosine > 0.99, $"{name}: {cosine}");
        }
    }

    [Fact]
    public void The_head_stays_in_bf16()
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", 10, 1, 8, Width: 12, Depth: 1));
        model.ApplyUniform(new LayerFormats(NumberFormat.Int4));
        Assert.Equal(new LayerFormats(NumberFormat.Bf16), model.Formats["head"]);
        Assert.All(model.Formats.Where(f => f.Key != "head"), f => Assert.Equal(new LayerFormats(NumberFormat.Int4), f.Value));
        Assert.Equal(NumberFormat.Bf16, model.Shapes[^1].Pinned);
        Assert.DoesNotContain(model.Layers, l => l.Layer.NonNegativeInput);
    }

    [Theory]
    [InlineData("deit_tiny", null, 192, 3)]
    [InlineData("deit_small", null, 384, 6)]
    [InlineData("deit_base", 288, 288, 4)]
    [InlineData("deit_base", 480, 480, 6)]
    [InlineData("deit_base", 32, 32, 1)]
    public void Deit_has_a_head_for_every_64_features_or_the_next_fewer_that_fit(string name, int? width, int features, int heads)
    {
        using var model = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, width, Depth: 1));
        Assert.Equal([features, 3, 16, 16], model.Layers[0].Layer.weight.shape);
        using var told = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, width, Depth: 1, Heads: heads));
        told.Network.load_state_dict(model.Network.state_dict());
        var x = Tensors.Normal(1, 2, 3, 32, 32);
        Tensors.SameBits(told.Network.forward(x), model.Network.forward(x));
        using var other = ModelCatalog.Create(new ModelSpec(name, 10, 3, 32, width, Depth: 1, Heads: 2 * heads));
        other.Network.load_state_dict(model.Network.state_dict());
        Assert.False(other.Network.forward(x).allclose(model.Network.forward(x)));
    }

    [Fact]
    public void Deit_has_12_blocks_and_patches_of_16_pixels()
    {
        using var model = ModelCatalog.Create(new ModelSpec("deit_tiny", 10, 3, 224, 64));
        Assert.Equal(2 + (4 * 12), model.Layers.Count);
        Assert.Equal([1, 197, 64], model.Network.state_dict()["pos_embed"].shape);
        Assert.DoesNotContain(model.Layers, l => l.Layer.NonNegativeInput);
    }

    [Theory]
    [InlineData(9, 12, 1, 3, 4, "patch 4 does not divide the image size 9")]
    [InlineData(8, 13, 1, 3, 4, "heads 3 does not divide the width 13")]
    [InlineData(8, 12, 0, 3, 4, "have to be positive")]
    [InlineData(8, 12, 1, 0, 4, "have to be positive")]
    [InlineData(8, 12, 1, 3, 0, "have to be positive")]
    public void Sizes_that_do_not_fit_are_refused(int size, int width, int depth, int heads, int patch, string message)
    {
        var failure = Assert.Throws<InputException>(() => ModelCatalog.Create(new ModelSpec("vit", 10, 1, size, width, depth, heads, patch)));
        Assert.Contains(message, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Attention_mixes_tokens_and_every_parameter_learns()
    {
        using var model = ModelCatalog.Create(new ModelSpec("vit", 3, 1, 8, Width: 12, Depth: 2));
        model.ApplyUniform(new LayerFormats(NumberFormat.Int8));
        var x = Tensors.Normal(1, 4, 1, 8, 8).requires_grad_();
        model.Network.forward(x).square().sum().backward();
        Assert.All(model.Network.named_parameters(), p => Assert.True(p.parameter.grad!.abs().max().item<float>() > 0, p.name));
        Assert.True(x.grad![.., 0, 7, 7].abs().min().item<float>() > 0);
    }
}
