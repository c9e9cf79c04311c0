using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Storage;
using Fliqs.Tests.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Export;

/// <summary>Files of codes, decoded by what the guide says of them and compared with the weights that a layer computes with.</summary>
public sealed class CodesFileTests : IDisposable
{
    private const int Inputs = 40;    // more than one block, and not a whole number of them
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Formats => [.. NumberFormat.All.Where(f => !f.IsExact && f is not IntegerFormat { IsSigned: false }).Select(f => f.Name)];

    public void Dispose()
    {
        folder.Dispose();
        scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Weights_are_decoded_to_the_rounded_ones(string name)
    {
        var format = NumberFormat.Parse(name);
        manual_seed(1);
        using var model = new QuantizedModel(
            nn.Sequential(("image", new QuantizedConv2d(Inputs, 3, 3)), ("one", new QuantizedConv2d(3, 1, 3)), ("flat", nn.Flatten()), ("vector", new QuantizedLinear(16, 5))), [Inputs, 8, 8]);
        foreach (var (_, layer) in model.Layers)
            layer.Formats = new(format);

        CodesFile.Write(model, folder["codes"], new Dictionary<string, string>());

        using var file = Safetensors.Read(folder["codes"]);
        foreach (var (layer, l) in model.Layers)
        {
            var weight = l.weight.dim() == 4 ? TensorMemory.ChannelsLast(l.weight) : l.weight;
            var expected = FakeQuantize.PerRow(weight, format, l.ScaleRule);
            var decoded = Decoded(file.Tensors, layer + ".weight", format);
            Assert.True(expected.allclose(decoded, rtol: 1e-6, atol: 0), layer);
            Assert.Equal(l.weight.data<float>().ToArray(), file.Tensors[layer + ".weight"].data<float>().ToArray());
        }
    }

    private static Tensor Decoded(IReadOnlyDictionary<string, Tensor> file, string weight, NumberFormat format)
    {
        var stored = file[weight + ".codes"];
        if (format is not BlockFormat blocks)
            return Values(stored, format) * (format.IsScaled ? Column(file[weight + ".scales"], stored.dim()) : ones(1));

        var bits = file[weight + ".block_scales"];
        var units = blocks.ScaleFormat is { } scale ? Values(bits, scale) : pow(2.0, bits.to(ScalarType.Float64) - 127).to(ScalarType.Float32);
        if (blocks.Element is IntegerFormat)
            units /= 64;
        if (blocks.IsScaled)
            units *= file[weight + ".scales"];
        var rows = Values(stored, blocks.Element).reshape(bits.shape[0], -1);
        var values = (rows * units.repeat_interleave(blocks.BlockSize, 1).narrow(1, 0, rows.shape[1])).reshape(stored.shape);
        return values.dim() == 4 ? values.permute(0, 3, 1, 2) : values;
    }

    private static Tensor Column(Tensor scales, long dimensions) => scales.reshape([scales.numel(), .. Enumerable.Repeat(1L, (int)dimensions - 1)]);

    /// <summary>Magnitudes ascend with their bits, behind the sign.</summary>
    private static Tensor Values(Tensor stored, NumberFormat format)
    {
        if (format is not MiniFloatFormat)
            return stored.to(ScalarType.Float32);
        float[] magnitudes = [.. format.Values.Where(v => v >= 0)];
        var sign = 1 << ((int)format.Bits - 1);
        float[] values = [.. stored.data<byte>().Select(b => (b & sign) == 0 ? magnitudes[b] : -magnitudes[b - sign])];
        return tensor(values).reshape(stored.shape);
    }
}
