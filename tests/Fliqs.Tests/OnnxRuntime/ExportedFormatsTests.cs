using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Models.Layers;
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

    public static TheoryData<string> Blocks => [.. NumberFormat.All.OfType<BlockFormat>().Select(f => f.Name)];

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
    [MemberData(nameof(Blocks))]
    public void Blocks_are_rounded_to_the_same_bits(string name)
    {
        var format = NumberFormat.Parse(name);
        foreach (var (layer, shape) in new (QuantizedLayer, long[])[]
        {
            (new QuantizedConv2d(40, 3, 1), [2, 40, 5, 5]), (new QuantizedConv2d(64, 3, 1), [2, 64, 5, 5]), (new QuantizedConv2d(40, 40, 3, groups: 40), [2, 40, 5, 5]),
            (new QuantizedLinear(40, 3), [2, 7, 40]), (new QuantizedLinear(96, 3), [2, 7, 96]), (new QuantizedLinear(5, 3), [9, 5]),
        })
        {
            // Magnitudes over many powers of two, zeros, ties of the elements, and a block of zeros.
            var values = Tensors.Normal(5, shape) * pow(2, Tensors.Normal(6, shape).mul(8).round());
            values = where(Tensors.Normal(7, shape) > 0.8, zeros_like(values), where(Tensors.Normal(8, shape) > 0.8, (values * 4).round() / 4, values));
            values[0].zero_();
            using var model = new QuantizedModel(nn.Sequential(("layer", layer)), shape[1..]);
            model.Network.eval();
            model.ApplyUniform(new(NumberFormat.Fp32, format));
            layer.InputScale = Scales.Find(values, format, ScaleRule.MaxAbs, 1)[0];
            var exported = OnnxExport.Create(model);
            using var session = new OnnxSession(exported.ToProbedBytes(), 1);
            var theirs = session.Run(TensorMemory.Floats(values).ToArray(), shape)[session.Outputs.ToList().IndexOf(exported.Probes[0].Value)];
            var ours = Rounding.Round(values, [layer.InputScale.Value], format);
            Assert.Equal(TensorMemory.Floats(ours.contiguous() + 0).ToArray(), theirs.Select(v => v + 0));
        }
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Weights_in_blocks_are_decoded_to_what_the_layer_computes_with(string name)
    {
        foreach (var (layer, shape) in new (QuantizedLayer, long[])[]
        {
            (new QuantizedConv2d(5, 6, 3), [2, 5, 5, 5]), (new QuantizedConv2d(32, 6, 1), [2, 32, 3, 3]), (new QuantizedConv2d(5, 1, 3), [2, 5, 5, 5]),
            (new QuantizedConv2d(40, 40, 3, groups: 40), [2, 40, 5, 5]), (new QuantizedLinear(40, 3), [2, 7, 40]), (new QuantizedLinear(64, 1), [2, 64]),
        })
        {
            using var gradients = no_grad();
            layer.weight.mul_(pow(2, Tensors.Normal(6, layer.weight.shape).mul(2).round()));
            using var model = new QuantizedModel(nn.Sequential(("layer", layer), ("norm", layer.weight.dim() == 4 ? new FusedBatchNorm2d(layer.weight.shape[0]) : nn.Identity())), shape[1..]);
            ExportCase.DisturbNorms(model);
            model.Network.eval();
            model.ApplyUniform(new(NumberFormat.Parse(name), NumberFormat.Fp32));
            layer.InputScale = 1;
            var values = Tensors.Normal(3, shape);
            using var session = new OnnxSession(OnnxExport.Create(model).ToBytes(), 1);
            var ours = model.Network.forward(values);
            Tensors.Near(ours, tensor(session.Run(TensorMemory.Floats(values).ToArray(), shape)[0]).reshape(ours.shape));
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
    [InlineData("MXFP4", 18, 4.25)]
    [InlineData("MXINT8", 13, 8.25)]
    [InlineData("MXFP8_E5M2", 19, 8.25)]
    [InlineData("NVFP4", 19, 4.5)]
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
