using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Space;
using static TorchSharp.torch;

namespace Fliqs.Search;

/// <summary>
/// Foretells from the gradients of ordinary training steps how much the loss would rise if a layer were rounded to a format. To second
/// order, with the diagonal of the empirical Fisher information for the Hessian, rounding x to Q_b(x) costs
/// N/2 sum (g (x - Q_b(x)))^2, where g is the gradient of the mean loss over a batch of N samples. Summed over the input of the
/// layer and over its weights, and averaged over steps. The block form keeps the correlations that the diagonal drops: the errors
/// of a sample (of an output channel, for weights) are added up before they are squared.
/// </summary>
public sealed class FisherCritic
{
    private readonly SearchSpace space;
    private readonly QuantizedModel model;
    private readonly bool block;

    /// <summary>A critic that has seen nothing.</summary>
    /// <param name="space">The options to foretell.</param>
    /// <param name="model">The network, of the layers of the space.</param>
    /// <param name="block">Whether errors are taken together by sample and output channel.</param>
    public FisherCritic(SearchSpace space, QuantizedModel model, bool block = false)
    {
        (this.space, this.model, this.block) = (space, model, block);
        State = new CriticState([.. space.Decisions.Select(d => new double[d.Options.Count])], 0);
    }

    /// <summary>The sums of the rises that were foretold, and the number of steps.</summary>
    public CriticState State { get; set; }

    /// <summary>Whether the gradients have been small enough for what they foretell to be a number.</summary>
    public bool IsFinite => State.Sums.All(s => s.All(double.IsFinite));

    /// <summary>Watches the layers' gradients until the result is disposed, for one step on a batch of <paramref name="samples"/>.</summary>
    /// <param name="samples">Number of images.</param>
    public IDisposable Attach(long samples)
    {
        for (var i = 0; i < model.Layers.Count; i++)
        {
            var (binding, layer) = (space.Layers[i], model.Layers[i].Layer);
            if (binding.Pinned is not null)
                continue;
            layer.WeightObserver = new Observer(
                State.Sums[binding.Weight], space.Formats, layer.ScaleRule, perRow: true, samples, block);
            var formats = layer.NonNegativeInput ? space.Formats.Select(f => f.ForNonNegative).ToList() : space.Formats;
            layer.ActivationObserver = new Observer(State.Sums[binding.Activation], formats, layer.ScaleRule, perRow: false, samples, block);
        }

        State = State with { Steps = State.Steps + 1 };
        return new Attachment(model);
    }

    /// <summary>The expected rise of the loss in nats for every option of every decision.</summary>
    public double[][] ExpectedRise() => [.. State.Sums.Select(s => s.Select(v => v / Math.Max(1, State.Steps)).ToArray())];

    private sealed class Observer(double[] sums, IReadOnlyList<NumberFormat> formats, ScaleRule rule, bool perRow, long samples, bool block)
        : IGradientObserver
    {
        public void Observe(Tensor x, Tensor gradient)
        {
            var rows = perRow ? (int)x.shape[0] : 1;
            for (var option = 0; option < formats.Count; option++)
            {
                if (!formats[option].Equals(NumberFormat.Fp32))
                {
                    var scales = Scales.Find(x, formats[option], rule, rows);
                    sums[option] += samples / 2.0 * (block
                        ? RoundingError.Correlated(x, gradient, formats[option], scales)
                        : RoundingError.Weighted(x, gradient, formats[option], scales));
                }
            }
        }
    }

    private sealed class Attachment(QuantizedModel model) : IDisposable
    {
        public void Dispose()
        {
            foreach (var (_, layer) in model.Layers)
                layer.WeightObserver = layer.ActivationObserver = null;
        }
    }
}
