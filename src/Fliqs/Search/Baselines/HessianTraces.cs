using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Search.Baselines;

/// <summary>
/// The traces of the blocks of the loss's Hessian that belong to the weights of single layers, by Hutchinson's method: the mean of
/// v H v over random vectors v of plus and minus one. H v is the difference of the gradients at the weights moved along v and
/// against it, which needs no differentiation of the backward pass. All layers move at once: their mixed terms have mean zero.
/// </summary>
internal static class HessianTraces
{
    /// <summary>How far weights are moved, of the root mean square of those of their layer.</summary>
    private const double Move = 0.01;

    /// <summary>Estimates the trace of every layer in the formats that the layers have now. Weights and statistics stay as they are.</summary>
    /// <param name="run">The network, and the training batches: one for each random vector.</param>
    /// <param name="probes">The number of random vectors, at least 1; each takes two gradients.</param>
    public static double[] Estimate(SearchContext run, int probes)
    {
        var weights = run.Model.Layers.Select(l => (Tensor)l.Layer.weight).ToList();
        var traces = new double[weights.Count];
        for (var probe = 0; probe < probes; probe++)
        {
            using var scope = NewDisposeScope();
            using var batch = run.Training.At(probe / run.Training.BatchCount, probe % run.Training.BatchCount);
            var home = weights.ConvertAll(w => w.detach().clone());
            var signs = weights.Select((w, i) => Signs(new RandomStream(run.Seed, 0x687574, probe, i), w)).ToList();
            var moves = home.ConvertAll(w => Math.Max(1e-12, Move * Math.Sqrt(w.square().mean().item<float>())));
            var ahead = GradientsAt(1);
            var behind = GradientsAt(-1);
            MoveTo(0);
            for (var i = 0; i < traces.Length; i++)
                traces[i] += (signs[i] * (ahead[i] - behind[i])).sum().item<float>() / (2 * moves[i]) / probes;

            IReadOnlyList<Tensor> GradientsAt(double factor)
            {
                MoveTo(factor);
                return run.Trainer.Gradients(batch, weights);
            }

            void MoveTo(double factor)
            {
                using var gradients = no_grad();
                for (var i = 0; i < weights.Count; i++)
                    weights[i].copy_(factor == 0 ? home[i] : home[i] + (signs[i] * (factor * moves[i])));
            }
        }

        return traces;
    }

    /// <summary>Plus and minus one at random, in the shape of a tensor.</summary>
    private static Tensor Signs(RandomStream random, Tensor like)
    {
        var signs = new float[like.numel()];
        for (var i = 0; i < signs.Length; i += 64)
        {
            var bits = random.NextUInt64();
            for (var j = i; j < Math.Min(i + 64, signs.Length); j++, bits >>= 1)
                signs[j] = (bits & 1) == 0 ? 1 : -1;
        }

        return tensor(signs, like.shape, device: like.device);
    }
}
