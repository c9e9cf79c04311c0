using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Space;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

/// <summary>Convolutions that a runtime can compute in integers from end to end.</summary>
public sealed class IntegerConvolutionsTests : IDisposable
{
    private const double Rare = 1e-5;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData("resnet8", "INT8", "conv1")]
    [InlineData("resnet8", "INT3,INT8,E4M3", "conv1")]
    [InlineData("resnet50", "INT8", "")]
    [InlineData("mobilenet_v2", "INT8", "features.0.0,features.18.0")]
    [InlineData("efficientnet_b0", "INT8,INT7", null)]    // most of its convolutions have SiLU behind them
    public void Rounded_sums_let_convolutions_within_a_network_end_in_codes(string name, string formats, string? inFloat)
    {
        using var model = ExportCase.Small(name);
        model.RoundsSums = true;
        ExportCase.Assign(model, [.. formats.Split(',').Select(NumberFormat.Parse)]);
        ExportCase.Calibrate(model);
        ExportCase.AgreesByLayer(model, OnnxExport.Create(model));
        if (inFloat is not null)
            Assert.Equal(inFloat.Split(',', StringSplitOptions.RemoveEmptyEntries), LayerKind.Of(model).Where(k => k.Value.EndsWith("to float", StringComparison.Ordinal)).Select(k => k.Key));
    }

    [Theory]
    [InlineData("INT8,INT8,INT8", "conv1,conv2")]
    [InlineData("INT6,INT7,INT8", "conv1,conv2")]
    [InlineData("INT8,INT8,FP32", "conv1")]
    [InlineData("INT8,INT8,E4M3", "conv1")]
    [InlineData("INT8,FP32,INT8", "")]
    [InlineData("INT8,INT8,INT5", "conv1")]
    public void Only_convolutions_whose_output_is_rounded_to_wide_integers_are_written_for_integers(string formats, string integers)
    {
        string[] names = [.. formats.Split(',').Select((_, i) => $"conv{i + 1}")];
        using var model = new QuantizedModel(nn.Sequential([.. names.SelectMany(n => new (string, nn.Module<Tensor, Tensor>)[]
        {
            (n, new QuantizedConv2d(8, 8, 3, padding: 1)), (n + "relu", nn.ReLU()),
        })]), [8, 6, 6]);
        foreach (var ((_, layer), format) in model.Layers.Zip(formats.Split(',')))
            layer.Formats = new LayerFormats(NumberFormat.Parse(format));
        ExportCase.Calibrate(model);
        var exported = OnnxExport.Create(model);
        ExportCase.AgreesByLayer(model, exported);
        var nodes = ModelProto.Parser.ParseFrom(exported.ToBytes()).Graph.Node;
        var dequantized = nodes.Where(n => n.OpType == "DequantizeLinear").SelectMany(n => n.Output).ToHashSet();
        Assert.Equal(
            integers.Split(',', StringSplitOptions.RemoveEmptyEntries), nodes.Where(n => n.OpType == "Conv" && n.Input.Take(2).All(dequantized.Contains)).Select(n => n.Name));
    }

    /// <summary>Beside weights of nearly 0 a bias has more units than 32 bits hold.</summary>
    [Fact]
    public void A_filter_that_has_died_keeps_its_bias()
    {
        using var gradients = no_grad();
        var first = new QuantizedConv2d(8, 8, 3, padding: 1, bias: true);
        using var model = new QuantizedModel(
            nn.Sequential(("a", first), ("relu", nn.ReLU()), ("b", new QuantizedConv2d(8, 4, 3) { NonNegativeInput = true })), [8, 6, 6]);
        first.weight[0] *= 1e-12f;
        first.bias![0] = 0.5f;
        model.ApplyUniform(new(NumberFormat.Int8));
        ExportCase.Calibrate(model);
        ExportCase.AgreesByLayer(model, OnnxExport.Create(model));
    }

    /// <summary>A runtime adds whole units of the product of the scales; half a unit off would tip a code in a few hundred.</summary>
    [Fact]
    public void Biases_of_integer_convolutions_are_rounded_in_the_network_too()
    {
        using var model = ExportCase.Small("resnet20");
        model.RoundsSums = true;
        model.ApplyUniform(new(NumberFormat.Int8));
        ExportCase.Calibrate(model);
        var offset = model.Network.state_dict()["layer1.0.bn1.bias"];
        var before = offset.data<float>().ToArray();
        var exported = OnnxExport.Create(model);
        Assert.NotEqual(before, offset.data<float>().ToArray());
        Assert.InRange(Verification.Compare(model, exported, ExportCase.Images(model, 32, 50)).Average(l => l.Differing), 0, Rare);
    }
}
