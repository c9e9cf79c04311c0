using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using Fliqs.Tests.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Tests.Models;

/// <summary>What every network has to keep.</summary>
internal static class ModelProbe
{
    private static readonly string[] Norm = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"];

    /// <summary>The entries of a batch norm in a state dictionary.</summary>
    public static IEnumerable<string> NormKeys(string name) => Norm.Select(n => $"{name}.{n}");

    /// <summary>
    /// Formats without a sign are taken exactly where no input is negative: such layers see nothing below 0, all others do.
    /// </summary>
    /// <param name="model">The network.</param>
    /// <param name="input">The shape of a batch.</param>
    /// <param name="except">Part of the names of layers whose input may have a sign and need not.</param>
    public static void SignsAreTrue(QuantizedModel model, long[] input, string except = "none")
    {
        var probes = model.Layers.Where(l => !l.Name.Contains(except, StringComparison.Ordinal)).Select(l => (l.Name, l.Layer, Probe: new Least())).ToList();
        foreach (var (_, layer, probe) in probes)
            layer.ActivationObserver = probe;
        model.Network.forward(Tensors.Normal(1, input)).square().sum().backward();
        Assert.All(probes, p => Assert.True(p.Layer.NonNegativeInput == (p.Probe.Value >= 0), $"{p.Name} sees {p.Probe.Value}"));
    }

    /// <summary>A step in low precision on bfloat16 codes gives finite logits, and every parameter a finite gradient.</summary>
    public static void Learns(QuantizedModel model, params long[] input)
    {
        model.ApplyUniform(new LayerFormats(NumberFormat.Int8));
        foreach (var (_, layer) in model.Layers)
            layer.ComputesOnCodes = true;
        var logits = model.Network.forward(Tensors.Normal(1, input));
        var loss = logits.square().sum();
        if (model.AuxiliaryLogits is { } auxiliary)
            loss += auxiliary.square().sum();
        loss.backward();
        Assert.True(loss.isfinite().item<bool>());
        Assert.All(model.Network.named_parameters(), p =>
        {
            Assert.True(p.parameter.grad is not null, $"{p.name} has no gradient");
            Assert.True(p.parameter.grad!.isfinite().all().item<bool>(), p.name);
            Assert.True(p.parameter.grad!.abs().max().item<float>() > 0, $"{p.name} has no gradient but 0");
        });
    }

    private sealed class Least : IGradientObserver
    {
        public float Value { get; private set; } = float.NaN;

        public void Observe(Tensor x, Tensor gradient) => Value = x.min().item<float>();
    }
}
