using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

/// <summary>Every format on ONNX Runtime rounds as ours does.</summary>
public sealed class ExportedFormatsTests : IDisposable
{
    private const float PowerOfTwo = 0.25f;    // multiplying by its inverse and dividing by it are the same
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<string> Formats => [.. NumberFormat.All.Where(f => f is not (IntegerFormat { IsSigned: false } or BlockFormat)).Select(f => f.Name)];

    public void Dispose() => scope.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Activations_are_rounded_to_the_same_bits(string name)
    {
        var format = NumberFormat.Parse(name);
        foreach (var nonNegative in new[] { false, true })
        {
            using var model = Network(format, NumberFormat.Fp32, nonNegative);
            var images = EdgesOf(format);
            var scale = format.IsScaled ? PowerOfTwo : 1;
            model.Layers[0].Layer.InputScale = scale;
            var exported = OnnxExport.Create(model);
            using var session = new OnnxSession(exported.ToProbedBytes(), 1);
            var probe = exported.Probes[0];
            var output = session.Outputs.ToList().IndexOf(probe.Value);
            var values = TensorMemory.Floats(images).ToArray();
            var theirs = output < 0 ? values : session.Run(values, images.shape)[output];

            var ours = Rounding.Round(images, [scale], model.Layers[0].Layer.InputFormat);
            Assert.Equal(TensorMemory.Floats(ours + 0).ToArray(), theirs.Select(v => (v * probe.Scale) + 0));
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Weights_are_decoded_to_what_the_layer_computes_with(string name)
    {
        using var model = Network(NumberFormat.Fp32, NumberFormat.Parse(name), false);
        model.Layers[0].Layer.InputScale = 1;
        var images = Tensors.Normal(3, 2, 3, 5, 5);
        foreach (var offset in new[] { false, true })
        {
            using var session = new OnnxSession(OnnxExport.Create(model, options: new() { OffsetInt8 = offset }).ToBytes(), 1);
            var theirs = session.Run(TensorMemory.Floats(images).ToArray(), images.shape)[0];
            using var gradients = no_grad();
            Tensors.Near(model.Network.forward(images), tensor(theirs).reshape(2, 7, 3, 3));
        }
    }

    [Theory]
    [InlineData("INT8", 13, 8.0)]
    [InlineData("INT4", 21, 4.0)]
    [InlineData("INT2", 25, 2.0)]
    [InlineData("E4M3", 19, 8.0)]
    [InlineData("BF16", 13, 16.0)]
    [InlineData("INT3", 18, 3.0)]
    [InlineData("INT7", 18, 7.0)]
    [InlineData("E3M2", 18, 6.0)]
    [InlineData("E2M1", 18, 4.0)]
    public void A_file_has_the_size_and_the_operators_that_its_formats_need(string name, int opset, double bits)
    {
        using var model = new QuantizedModel(
            nn.Sequential(("conv", new QuantizedConv2d(64, 256, 3))), [64, 8, 8]);
        model.ApplyUniform(new(NumberFormat.Parse(name), NumberFormat.Fp32));
        model.Layers[0].Layer.InputScale = 1;
        var exported = OnnxExport.Create(model);
        Assert.Equal(opset, exported.Opset);
        var scales = NumberFormat.Parse(name).IsScaled ? 256 * 4 : 0;
        var zeros = name == "INT8" ? 256 : 0;
        Assert.Equal((256 * 64 * 9 * bits / 8) + scales + zeros, exported.ToBytes().Length, tolerance: 2500);
    }

    private static QuantizedModel Network(NumberFormat activation, NumberFormat weight, bool nonNegative)
    {
        random.manual_seed(1);
        var layer = new QuantizedConv2d(3, 7, 3, bias: true) { NonNegativeInput = nonNegative };
        using (no_grad())
            layer.bias!.copy_(Tensors.Normal(5, 7));
        var model = new QuantizedModel(nn.Sequential(("conv", layer)), [3, 5, 5]);
        model.ApplyUniform(new(weight, activation));
        return model;
    }

    /// <summary>Images of every value of a format, the middles between two, what lies next to those, beyond the range, and noise.</summary>
    private static Tensor EdgesOf(NumberFormat format)
    {
        float[] values = format.Bits > 8 ? [0, 1, 0.1f, 65504, 70000] : [.. format.Values];
        var middles = values.Zip(values.Skip(1), (a, b) => (a / 2) + (b / 2));
        float[] edges = [.. values, .. middles];
        edges = [.. edges.SelectMany(v => new[] { v, MathF.BitIncrement(v), MathF.BitDecrement(v), -v }), 3e38f, -3e38f, 1e-30f];
        var noise = TensorMemory.Floats(Tensors.Mixed(1, 400)).ToArray().Select(v => v * format.MaxValue / 4);
        float[] all = [.. edges.Concat(noise).Select(v => v * PowerOfTwo).Where(float.IsFinite)];
        var count = (all.Length + 74) / 75;
        return tensor([.. all, .. new float[(75 * count) - all.Length]]).reshape(count, 3, 5, 5);
    }
}
