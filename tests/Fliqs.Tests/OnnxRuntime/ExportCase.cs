using Fliqs.Data;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Models.Layers;
using Fliqs.Numerics;
using Fliqs.OnnxRuntime;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.OnnxRuntime;

/// <summary>Networks to export whose norms and formats are not the ones that they are born with.</summary>
internal static class ExportCase
{
    private const float Tolerance = 2e-4f;    // of the largest logit
    private const double Few = 0.01;    // values next to the middle between two codes fall either way

    /// <summary>Statistics as after training, with factors of both signs and one of 0.</summary>
    public static void DisturbNorms(QuantizedModel model)
    {
        using var gradients = no_grad();
        var random = new RandomStream(7);
        foreach (var (name, values) in model.Network.state_dict())
        {
            if (!model.Network.named_modules().Any(m => m.module is FusedBatchNorm2d && name.StartsWith(m.name + ".", StringComparison.Ordinal)) || values.dtype != ScalarType.Float32)
                continue;
            var channels = values.shape[0];
            var noise = Tensors.Normal(random.NextInt(1_000_000), channels) * 0.2;
            values.copy_(name.EndsWith("mean", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal) ? noise : noise.abs() + 0.8);
            if (!name.EndsWith("weight", StringComparison.Ordinal))
                continue;
            values[0] = -values[0];
            values[channels - 1] = 0;
        }
    }

    /// <summary>Gives layers that are not pinned formats in turn.</summary>
    public static void Assign(QuantizedModel model, params NumberFormat[] formats)
    {
        var next = 0;
        foreach (var (_, layer) in model.Layers)
            layer.Formats = layer.Pinned is { } pinned ? new(pinned) : new(formats[next % formats.Length], formats[(next++ + (next / formats.Length)) % formats.Length]);
    }

    /// <summary>Calibrates on two batches of noise.</summary>
    public static void Calibrate(QuantizedModel model) => Calibration.Run(
        model, [.. Enumerable.Range(0, 2).Select(i => new Batch(i, Images(model, 8, i), zeros(8, ScalarType.Int64)))], CPU);

    public static Tensor Images(QuantizedModel model, int count, int seed) => Tensors.Normal(100 + seed, [count, .. model.InputShape]);

    /// <summary>A small network of a name, in evaluation.</summary>
    public static QuantizedModel Small(string name)
    {
        random.manual_seed(1);
        var transformer = ModelCatalog.IsTransformer(name);
        var imageNet = ModelCatalog.Published(name) is not null && !transformer;
        var model = ModelCatalog.Create(new ModelSpec(
            name, 4, 1, 32, transformer ? 24 : 0.125, transformer ? 2 : null, Stem: imageNet ? Stem.Small : Stem.Standard));
        DisturbNorms(model);
        model.Network.eval();
        return model;
    }

    /// <summary>Few codes of any layer differ between a network and its file.</summary>
    public static void AgreesByLayer(QuantizedModel model, OnnxNetwork exported)
    {
        var layers = Verification.Compare(model, exported, Images(model, 2, 50));
        Assert.Equal(model.Layers.Select(l => l.Name).Append(Verification.Output).Order(), layers.Select(l => l.Layer).Order());
        Assert.All(layers, l => Assert.True(l.Differing < Few, $"{l} in {model.Formats.GetValueOrDefault(l.Layer)}"));
    }

    /// <summary>A network and its file have the same logits, up to the order of sums.</summary>
    public static void AgreesOnLogits(QuantizedModel model, OnnxNetwork exported, int count)
    {
        using var gradients = no_grad();
        using var session = new OnnxSession(exported.ToBytes(), 1);
        var images = Images(model, count, 50);
        var ours = model.Network.forward(images);
        var theirs = tensor(session.Run(TensorMemory.Floats(images).ToArray(), images.shape)[0]).reshape(ours.shape);
        Assert.InRange((ours - theirs).abs().max().item<float>() / ours.abs().max().item<float>(), 0, Tolerance);
    }
}
