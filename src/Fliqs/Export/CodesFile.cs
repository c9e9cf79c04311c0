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
/// its codes and scales beside them, so that <c>weight</c> rounds to <c>weight.codes * weight.scales</c>.
/// </summary>
public static class CodesFile
{
    /// <summary>Writes the file.</summary>
    /// <param name="model">The network with its formats; static scales of inputs are written where it has them.</param>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="metadata">Free text by key.</param>
    /// <exception cref="InputException">A layer is in a format of blocks.</exception>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public static void Write(QuantizedModel model, string path, IReadOnlyDictionary<string, string> metadata)
    {
        WeightCodes.RefuseBlocks(model);
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>(model.Network.state_dict());
        var inputs = new Dictionary<string, string>();
        foreach (var (name, layer) in model.Layers)
        {
            if (!layer.Formats.Weight.IsExact)
                tensors[name + ".weight.codes"] = Codes(layer);
            if (layer.Formats.Weight.IsScaled)
                tensors[name + ".weight.scales"] = tensor(WeightCodes.Of(layer).Scales);
            if (layer is { InputScale: { } scale, InputFormat.IsScaled: true })
                tensors[name + ".input.scale"] = tensor([scale]);
            inputs[name] = layer.InputFormat.Name;
        }

        Safetensors.Write(path, tensors, new Dictionary<string, string>(metadata)
        {
            ["fliqs.inputs"] = JsonSerializer.Serialize(inputs, JsonFormat.Compact),
        });
    }

    /// <summary>Integers as int8, narrow floats as their bits in uint8, sixteen bits as what they are.</summary>
    private static Tensor Codes(QuantizedLayer layer)
    {
        var (shape, codes) = (layer.weight.shape, WeightCodes.Of(layer).Codes);
        return layer.Formats.Weight switch
        {
            MiniFloatFormat f => tensor(WeightStorage.SignMagnitude(f, codes)).reshape(shape),
            var f => tensor(codes).reshape(shape).to(
                f is IntegerFormat ? ScalarType.Int8 : f.Name == "BF16" ? ScalarType.BFloat16 : ScalarType.Float16),
        };
    }
}
