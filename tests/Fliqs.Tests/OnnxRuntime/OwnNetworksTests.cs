using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Models;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

/// <summary>Networks as users write them, whatever their layers are called and however they are put together.</summary>
public sealed class OwnNetworksTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public OwnNetworksTests() => random.manual_seed(1);

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_converted_network_of_stock_modules_is_exported()
    {
        var (network, _) = ModelConversion.Quantize(nn.Sequential(
            ("conv", nn.Conv2d(1, 8, 3)), ("norm", nn.BatchNorm2d(8)), ("relu", nn.ReLU()), ("pool", nn.MaxPool2d(2)),
            ("flatten", nn.Flatten()), ("fc", nn.Linear(72, 16)), ("gelu", nn.GELU()), ("drop", nn.Dropout()), ("head", nn.Linear(16, 4))));
        using var model = new QuantizedModel(network, [1, 8, 8]);
        network.eval();
        model.ApplyUniform(new(NumberFormat.Int8));
        ExportCase.Calibrate(model);
        ExportCase.AgreesOnLogits(model, OnnxExport.Create(model), 2);
    }

    [Fact]
    public void A_gelu_by_tanh_is_not_taken_for_the_exact_one()
    {
        using var model = new QuantizedModel(
            nn.Sequential(("body", new QuantizedLinear(16, 8)), ("gelu", nn.GELU(TorchSharp.Modules.GELU.Approximate.tanh)), ("head", new QuantizedLinear(8, 4))), [16]);
        ExportCase.Calibrate(model);
        Assert.Contains("gelu", Assert.Throws<InputException>(() => OnnxExport.Create(model)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logits")]
    [InlineData("images")]
    public void A_layer_may_have_the_name_of_the_output_or_the_input(string name)
    {
        using var model = new QuantizedModel(nn.Sequential(("body", new QuantizedLinear(16, 8)), (name, new QuantizedLinear(8, 4))), [16]);
        model.ApplyUniform(new(NumberFormat.Int4));
        ExportCase.Calibrate(model);
        ExportCase.AgreesOnLogits(model, OnnxExport.Create(model), 3);
    }

    [Fact]
    public void A_layer_that_is_applied_twice_is_exported_compared_and_costed_twice()
    {
        using var model = new QuantizedModel(new UserRepeated(), [4, 8, 8]);
        model.Network.eval();
        model.ApplyUniform(new(NumberFormat.Parse("INT5")));
        ExportCase.Calibrate(model);
        var exported = OnnxExport.Create(model);
        ExportCase.AgreesOnLogits(model, exported, 3);
        var layers = Verification.Compare(model, exported, ExportCase.Images(model, 2, 50));
        Assert.Equal(["conv", "conv", "head", Verification.Output], layers.Select(l => l.Layer));
        Assert.All(layers, l => Assert.InRange(l.Differing, 0, 0.01));
        Assert.Equal([2 * 64 * 4 * 4 * 9, 4 * 3], model.Shapes.Select(s => s.Macs));
        Assert.Equal(model.Shapes, new QuantizedModel(model.Network, [4, 8, 8]).Shapes);    // measured once more, it has not grown
        Assert.Contains("layer 'conv' is applied more than once", Assert.Throws<InputException>(() => LayerKind.Of(model)).Message, StringComparison.Ordinal);
    }

    /// <summary>Tokens in rows and columns are vectors of features, not images; blocks lie along the features.</summary>
    [Theory]
    [InlineData("MXFP4")]
    [InlineData("NVFP4")]
    [InlineData("INT4")]
    public void Linear_layers_take_tokens_in_rows_and_columns(string format)
    {
        using var gradients = no_grad();
        var layer = new QuantizedLinear(48, 24) { Formats = new LayerFormats(NumberFormat.Parse(format)) };
        layer.eval();
        var grid = Tensors.Normal(1, 2, 7, 7, 48);
        Tensors.SameBits(layer.forward(grid.reshape(2, 49, 48)).reshape(2, 7, 7, 24), layer.forward(grid));
        Assert.Equal(49 * 48 * 24, layer.Macs);

        using var model = new QuantizedModel(nn.Sequential(("layer", layer)), [7, 7, 48]);
        ExportCase.Calibrate(model);
        ExportCase.AgreesOnLogits(model, OnnxExport.Create(model), 2);
    }
}
