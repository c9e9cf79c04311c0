using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.Search.Baselines;

/// <summary>
/// Formats by the curvature of the loss, with the metric of HAWQ-V2 for weights (Dong et al., NeurIPS 2020) and the integer program of
/// HAWQ-V3 (Yao et al., ICML 2021): a layer in a format counts the mean trace of its Hessian times the squared error of its rounded weights,
/// trace / n * sum (w - Q(w))^2, and of all assignments within the budget the one of the least sum is chosen, exactly. Activations follow
/// the weights. HAWQ measures a trained network, this one that after the warm-up.
/// </summary>
public static class HessianSensitivity
{
    /// <summary>Measures the network in float and chooses.</summary>
    /// <param name="run">The network and the training batches.</param>
    /// <param name="space">Where weights and activations of a layer share a decision.</param>
    /// <param name="budget">The limit.</param>
    /// <param name="probes">Random vectors for the traces, at least 1.</param>
    /// <exception cref="InputException">Weights and activations are decided apart.</exception>
    public static SearchOutcome Choose(SearchContext run, SearchSpace space, Budget budget, int probes)
    {
        if (space.Layers.Any(l => l.Weight != l.Activation))
            throw new InputException("sensitivity measures weights, and activations follow them: use a space in which they share a decision");
        run.Note($"measuring the curvature of the loss by {probes} random vectors");
        run.Model.ApplyUniform(new LayerFormats(NumberFormat.Fp32));
        var traces = HessianTraces.Estimate(run, probes);
        var scores = space.Decisions.Select(d => new double[d.Options.Count]).ToArray();
        foreach (var (i, binding) in space.Layers.Index().Where(l => l.Item.Pinned is null))
        {
            var layer = run.Model.Layers[i].Layer;
            for (var option = 0; option < space.Formats.Count; option++)
                scores[binding.Weight][option] -= Math.Max(0, traces[i]) / layer.weight.numel() * SquaredError(layer, space.Formats[option]);
        }

        return new SearchOutcome(budget.Best(scores), scores);
    }

    private static double SquaredError(QuantizedLayer layer, NumberFormat format)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var weight = TensorMemory.Dense(layer.weight);
        return RoundingError.Weighted(weight, ones_like(weight), format, Scales.Find(weight, format, layer.ScaleRule, (int)weight.shape[0]));
    }
}
