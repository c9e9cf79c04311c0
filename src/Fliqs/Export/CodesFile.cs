using System.Text.Json;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Storage;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Export;

/// <summary>
/// The weights of a network for other tools, in the safetensors format: the float masters by their names, and for every quantized layer
/// its codes and scales beside them, so that <c>weight</c> rounds to <c>weight.codes * weight.scales</c>, in blocks times <c>weight.block_scales</c>.
/// </summary>
public static class CodesFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="model">The network with its formats; static scales of inputs are written where it has them.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public static void Write(QuantizedModel model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(model.Network.state_dict());
        var inputs = new Dictionary<string, string>();
        foreach (var (name, layer) in model.Layers)
        {
            foreach (var (part, values) in layer.Formats.Weight is BlockFormat ? InBlocks(layer) : PerChannel(layer))
                tensors[$"{name}.weight.{part}"] = values;
            if (layer is { InputScale: { } scale, InputFormat.IsScaled: true })
                tensors[name + ".input.scale"] = tensor([scale]);
            inputs[name] = layer.InputFormat.Name;
        }

        Safetensors.Write(path, tensors, new Dictionary<string, string>(metadata)
        {
            ["fliqs.inputs"] = JsonSerializer.Serialize(inputs, JsonFormat.Compact),
        });
    }

    private static IEnumerable<(string Part, Tensor Values)> PerChannel(QuantizedLayer layer)
    {
        var weights = WeightCodes.Of(layer);
        if (!weights.Format.IsExact)
            yield return ("codes", Stored(weights.Format, weights.Codes).reshape(layer.weight.shape));
        if (weights.Format.IsScaled)
            yield return ("scales", tensor(weights.Scales));
    }

    /// <summary>Codes in the order of the blocks, with the channels last: [outputs, height, width, inputs] of a convolution.</summary>
    private static IEnumerable<(string Part, Tensor Values)> InBlocks(QuantizedLayer layer)
    {
        var weights = BlockCodes.Of(layer);
        long[] shape = layer.weight.shape is [var outputs, var inputs, var height, var width] ? [outputs, height, width, inputs] : layer.weight.shape;
        yield return ("codes", Stored(weights.Format.Element, weights.Elements).reshape(weights.Rows, -1).narrow(1, 0, weights.Length).reshape(shape));
        yield return ("block_scales", tensor(weights.Patterns).reshape(weights.Rows, weights.Blocks));
        if (weights.Format.IsScaled)
            yield return ("scales", tensor([weights.Scale]));
    }

    /// <summary>Integers as int8, narrow floats as their bits in uint8, sixteen bits as what they are.</summary>
    private static Tensor Stored(NumberFormat format, float[] codes) => format switch
    {
        MiniFloatFormat f => tensor(WeightStorage.SignMagnitude(f, codes)),
        IntegerFormat => tensor(codes).to(ScalarType.Int8),
        _ => tensor(codes).to(format.Name == "BF16" ? ScalarType.BFloat16 : ScalarType.Float16),
    };
}
