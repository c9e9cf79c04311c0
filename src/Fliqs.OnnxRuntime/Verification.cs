using Fliqs.Data;
using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.OnnxRuntime;

/// <summary>Proves that an exported network computes what the trained one does.</summary>
public static class Verification
{
    /// <summary>What the comparison of the logits is called among those of the layers.</summary>
    public const string Output = "(output)";

    private const int BatchSize = 128;
    private const double SameValue = 1e-3;

    /// <summary>Classifies a data set by both and compares; layer by layer if a prediction differs.</summary>
    /// <param name="model">The network, on the CPU, with the formats and scales that it was exported with.</param>
    /// <param name="exported">Its export.</param>
    /// <param name="data">Images to classify, at least one.</param>
    /// <param name="progress">Is told how many images are done; null for nobody.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="InputException">ONNX Runtime does not take the network.</exception>
    public static VerificationReport Run(
        QuantizedModel model, OnnxNetwork exported, IImageDataSet data, Action<long>? progress = null, CancellationToken cancellation = default)
    {
        using var gradients = no_grad();
        model.Network.eval();
        using var session = new OnnxSession(exported.ToBytes(), get_num_threads());
        var (images, correct, exportedCorrect, same) = (0L, 0L, 0L, 0L);
        var (difference, largest) = (0.0, 0.0);
        var layers = new List<LayerAgreement>();
        foreach (var batch in BatchLoader.InOrder(data, model.SamplesAtOnce(BatchSize)).Epoch(0))
        {
            using (batch)
            using (NewDisposeScope())
            {
                cancellation.ThrowIfCancellationRequested();
                var ours = model.Network.forward(batch.Images);
                var theirs = tensor(session.Run(Floats(batch.Images), batch.Images.shape)[0]).reshape(ours.shape);
                var (predicted, exportedPredicted) = (ours.argmax(1), theirs.argmax(1));
                images += ours.shape[0];
                correct += Count(predicted.eq(batch.Labels));
                exportedCorrect += Count(exportedPredicted.eq(batch.Labels));
                var agreeing = Count(predicted.eq(exportedPredicted).logical_and(ours.isfinite().all(1)).logical_and(theirs.isfinite().all(1)));
                same += agreeing;
                difference = Math.Max(difference, Largest(ours - theirs));
                largest = Math.Max(largest, Largest(ours));
                if (agreeing < ours.shape[0] && layers.Count == 0)
                    layers = Compare(model, exported, batch.Images);
                progress?.Invoke(images);
            }
        }

        return new VerificationReport(
            images, correct / (double)images, exportedCorrect / (double)images, same / (double)images,
            largest > 0 ? difference / largest : difference, OnnxSession.Version, layers);
    }

    /// <summary>
    /// Compares the rounded inputs of all layers on some images, and the logits. Every layer of ours goes on with the input of the exported
    /// one, so that a layer is only compared in what lies between it and those before it.
    /// </summary>
    public static List<LayerAgreement> Compare(QuantizedModel model, OnnxNetwork exported, Tensor images)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        using var session = new OnnxSession(exported.ToProbedBytes(), get_num_threads());
        var values = session.Run(Floats(images), images.shape).Zip(session.Outputs).ToDictionary(r => r.Second, r => r.First);
        values["images"] = Floats(images);

        var result = new Dictionary<LayerProbe, LayerAgreement>();
        var layers = model.Layers.ToDictionary(l => l.Name, l => l.Layer);
        foreach (var uses in exported.Probes.GroupBy(p => p.Layer))
        {
            var (layer, left) = (layers[uses.Key], new Queue<LayerProbe>(uses));
            layer.InputFilter = input =>
            {
                var probe = left.Dequeue();
                var ours = Rounding.Round(TensorMemory.Dense(input), [layer.InputScale!.Value], layer.InputFormat);
                var theirs = tensor(values[probe.Value]).reshape(ours.shape) * probe.Scale;
                result[probe] = Of(probe.Layer, ours, theirs);
                return theirs;
            };
        }

        var logits = model.Network.forward(images);
        foreach (var (_, layer) in model.Layers)
            layer.InputFilter = null;
        return [.. exported.Probes.Select(p => result[p]), Of(Output, logits, tensor(values["logits"]).reshape(logits.shape))];
    }

    private static LayerAgreement Of(string layer, Tensor ours, Tensor theirs)
    {
        using var scope = NewDisposeScope();
        var largest = Math.Max(float.Epsilon, Largest(ours));
        var same = (ours - theirs).abs().le(SameValue * largest);    // nothing that is no number is
        return new(layer, 1 - same.to(ScalarType.Float32).mean().item<float>(), Largest(ours - theirs) / largest);
    }

    /// <summary>The largest magnitude; the largest number where there is none.</summary>
    private static double Largest(Tensor x) => x.abs().max().item<float>() is var largest && float.IsFinite(largest) ? largest : float.MaxValue;

    private static float[] Floats(Tensor tensor)
    {
        using var rows = tensor.contiguous();
        return TensorMemory.Floats(rows).ToArray();
    }

    private static long Count(Tensor truths) => truths.sum().item<long>();
}
