using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Models.Layers;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Models;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

/// <summary>Every network on ONNX Runtime computes what it computes here.</summary>
public sealed class ExportedModelsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(ModelCatalogTests.Names), MemberType = typeof(ModelCatalogTests))]
    public void Every_network_gives_the_same_logits_in_float(string name)
    {
        using var model = ExportCase.Small(name);
        ExportCase.Calibrate(model);
        ExportCase.AgreesOnLogits(model, OnnxExport.Create(model), 3);
    }

    [Fact]
    public void Norms_can_stay_by_themselves()
    {
        using var model = ExportCase.Small("mobilenet_v2");
        ExportCase.Calibrate(model);
        ExportCase.AgreesOnLogits(model, OnnxExport.Create(model, options: new() { FoldNorms = false }), 3);
    }

    [Theory]
    [InlineData("resnet8", "INT2,INT3,INT4,INT5,INT6,INT7,INT8")]
    [InlineData("resnet18", "INT8,E4M3,INT4,BF16")]
    [InlineData("resnet50", "E2M1,E3M2,E4M2,FP16")]
    [InlineData("mobilenet_v2", "INT8,INT6,E5M2,E3M0")]
    [InlineData("inception_v3", "INT8,E4M3,INT5")]
    [InlineData("efficientnet_b0", "INT8,INT4,E2M3")]
    [InlineData("vit", "INT8,E4M3,INT4,E1M4")]
    [InlineData("vit", "MXFP4,NVFP4,MXFP8_E4M3,MXINT8")]
    [InlineData("resnet18", "MXFP6_E2M3,NVFP4,MXFP8_E5M2,INT8")]
    [InlineData("mobilenet_v2", "MXFP4,MXFP6_E3M2,MXINT8")]
    public void A_network_in_mixed_formats_rounds_every_input_as_here(string name, string formats)
    {
        using var model = ExportCase.Small(name);
        ExportCase.Assign(model, [.. formats.Split(',').Select(NumberFormat.Parse)]);
        ExportCase.Calibrate(model);
        var exported = OnnxExport.Create(model);
        ExportCase.AgreesByLayer(model, exported);
    }

    /// <summary>Pairs of formats in two layers one behind the other, where optimizers make one operator of several.</summary>
    [Theory]
    [InlineData("INT8", "INT8")]
    [InlineData("INT8", "INT4")]
    [InlineData("INT4", "INT8")]
    [InlineData("INT2", "INT8")]
    [InlineData("INT6", "INT7")]
    [InlineData("E4M3", "INT8")]
    [InlineData("INT8", "E4M3")]
    [InlineData("E3M0", "INT8")]
    [InlineData("BF16", "INT8")]
    [InlineData("FP32", "INT8")]
    [InlineData("INT8", "FP32")]
    [InlineData("INT8", "BF16")]
    public void Pairs_of_formats_are_kept_by_the_optimizer(string weight, string activation)
    {
        var formats = new LayerFormats(NumberFormat.Parse(weight), NumberFormat.Parse(activation));
        random.manual_seed(1);
        using var convolutions = new QuantizedModel(
            nn.Sequential(
                ("a", new QuantizedConv2d(3, 16, 3)), ("norm", new FusedBatchNorm2d(16, relu: true)),
                ("b", new QuantizedConv2d(16, 16, 3, groups: 16, bias: true) { NonNegativeInput = true }), ("relu6", nn.ReLU6()),
                ("c", new QuantizedConv2d(16, 4, 1, bias: true) { NonNegativeInput = true })),
            [3, 8, 8]);
        ExportCase.DisturbNorms(convolutions);
        using var linears = new QuantizedModel(
            nn.Sequential(
                ("a", new QuantizedLinear(64, 32)), ("gelu", nn.GELU()), ("b", new QuantizedLinear(32, 16)), ("relu", nn.ReLU()),
                ("c", new QuantizedLinear(16, 4, bias: false) { NonNegativeInput = true })),
            [5, 5, 64]);
        foreach (var model in new[] { convolutions, linears })
        {
            model.Network.eval();
            model.ApplyUniform(formats);
            ExportCase.Calibrate(model);
            ExportCase.AgreesByLayer(model, OnnxExport.Create(model));
            foreach (var layer in new[] { "a", "b" })    // what a layer computes is seen best where the next one rounds little
                model.Layers.Single(l => l.Name == (layer == "a" ? "b" : "c")).Layer.Formats = new(formats.Weight, NumberFormat.Fp16);
            ExportCase.Calibrate(model);
            ExportCase.AgreesByLayer(model, OnnxExport.Create(model));
        }
    }

    [Fact]
    public void Every_format_has_a_layer_in_one_network()
    {
        using var model = ExportCase.Small("resnet56");
        var formats = NumberFormat.All.Where(f => f is not IntegerFormat { IsSigned: false }).ToArray();
        Assert.True(formats.Length <= model.Layers.Count);
        ExportCase.Assign(model, formats);
        ExportCase.Calibrate(model);
        ExportCase.AgreesByLayer(model, OnnxExport.Create(model));
    }

    /// <summary>Sums of values would differ by their order, most of all those that nearly cancel.</summary>
    [Theory]
    [InlineData("INT4", "INT3")]
    [InlineData("E2M1", "E3M2")]
    [InlineData("INT8", "INT8")]
    public void Sums_of_codes_are_the_same_in_any_order(string weight, string activation)
    {
        using var gradients = no_grad();
        foreach (var (layer, shape) in new (QuantizedLayer, long[])[]
        {
            (new QuantizedConv2d(64, 16, 3), [2, 64, 6, 6]), (new QuantizedLinear(512, 16, bias: false), [9, 512]),
        })
        {
            using var model = new QuantizedModel(nn.Sequential(("layer", layer)), shape[1..]);
            model.Network.eval();
            model.ApplyUniform(new(NumberFormat.Parse(weight), NumberFormat.Parse(activation)));
            ExportCase.Calibrate(model);
            var images = Tensors.Normal(3, shape);
            using var session = new OnnxSession(OnnxExport.Create(model).ToBytes(), 1);
            var ours = model.Network.forward(images);
            var theirs = tensor(session.Run(TensorMemory.Floats(images).ToArray(), shape)[0]).reshape(ours.shape);
            Assert.InRange(((ours - theirs).abs() / (ours.abs() + 1e-30f)).max().item<float>(), 0, 3e-7f);
        }
    }

    [Fact]
    public void What_cannot_be_exported_is_named()
    {
        foreach (var unknown in new nn.Module<Tensor, Tensor>[] { nn.Flatten(2), nn.LayerNorm([2, 6, 6]) })
        {
            using var other = new QuantizedModel(nn.Sequential(("conv", new QuantizedConv2d(1, 2, 3)), ("next", unknown)), [1, 8, 8]);
            ExportCase.Calibrate(other);
            Assert.Contains("module 'next' is a ", Assert.Throws<InputException>(() => OnnxExport.Create(other)).Message, StringComparison.Ordinal);
        }

        using var strange = new QuantizedModel(nn.Sequential(("conv", new QuantizedConv2d(1, 2, 3)), ("act", nn.Mish())), [1, 8, 8]);
        ExportCase.Calibrate(strange);
        Assert.Contains("module 'act' is a Mish", Assert.Throws<InputException>(() => OnnxExport.Create(strange)).Message, StringComparison.Ordinal);

        using var bare = ExportCase.Small("resnet8");
        Assert.Contains("layer 'conv1' has no static scale", Assert.Throws<InputException>(() => OnnxExport.Create(bare)).Message, StringComparison.Ordinal);
        ExportCase.Calibrate(bare);
        bare.RoundsSums = true;
        Assert.Contains("residual sums have no static scales", Assert.Throws<InputException>(() => OnnxExport.Create(bare)).Message, StringComparison.Ordinal);
        Assert.Contains("does not take the network", Assert.Throws<InputException>(() => new OnnxSession([1, 2, 3], 1)).Message, StringComparison.Ordinal);
    }
}
