using Fliqs.Quantization;
using Fliqs.Tests.Quantization;
using Fliqs.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Tests.Training;

/// <summary>Three steps on given gradients against the formulas of the update rules, in double precision.</summary>
public sealed class WeightOptimizerTests : IDisposable
{
    private const double Rate = 0.02;
    private const double Decay = 0.1;
    private const double Momentum = 0.8;
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Sgd_is_nesterov_s() => Check(
        OptimizerKind.Sgd, 1e-8,
        state =>
        {
            var gradient = state.Gradient + (state.Decay * state.Weight);
            state.First = state.Step == 0 ? gradient : (Momentum * state.First) + gradient;
            return state.Weight - (Rate * (gradient + (Momentum * state.First)));
        });

    [Theory, InlineData(1e-3), InlineData(0.3)]
    public void RmsProp_divides_by_the_root_of_the_mean_square_and_has_momentum(double epsilon) => Check(
        OptimizerKind.RmsProp, epsilon,
        state =>
        {
            var gradient = state.Gradient + (state.Decay * state.Weight);
            state.Second = (0.7 * state.Second) + (0.3 * gradient * gradient);
            state.First = (Momentum * state.First) + (gradient / (Math.Sqrt(state.Second) + epsilon));
            return state.Weight - (Rate * state.First);
        });

    [Theory, InlineData(1e-8), InlineData(0.3)]
    public void AdamW_decays_beside_the_gradient(double epsilon) => Check(
        OptimizerKind.AdamW, epsilon,
        state =>
        {
            state.First = (0.9 * state.First) + (0.1 * state.Gradient);
            state.Second = (0.999 * state.Second) + (0.001 * state.Gradient * state.Gradient);
            var first = state.First / (1 - Math.Pow(0.9, state.Step + 1));
            var second = state.Second / (1 - Math.Pow(0.999, state.Step + 1));
            return (state.Weight * (1 - (Rate * state.Decay))) - (Rate * first / (Math.Sqrt(second) + epsilon));
        });

    [Theory, InlineData(0.5), InlineData(100)]
    public void Gradients_longer_than_the_norm_are_shortened_to_it_together(double norm)
    {
        using var network = new QuantizedLinear(3, 2);
        using var optimizer = new WeightOptimizer(network, Options(OptimizerKind.Sgd) with { Momentum = 0, WeightDecay = 0, ClipNorm = norm });
        var (weight, bias) = (network.weight.detach().clone(), network.bias!.detach().clone());
        var (g, h) = (SetGradient(network.weight, 1), SetGradient(network.bias, 2));
        var length = Math.Sqrt((g.square().sum() + h.square().sum()).item<float>());
        Assert.True(length is > 0.5 and < 100);
        var factor = Rate * Math.Min(1, norm / length);
        optimizer.Step(Rate);
        Tensors.Near(weight - (g * factor), network.weight.detach(), "weight");
        Tensors.Near(bias - (h * factor), network.bias.detach(), "bias");
    }

    private static TrainingOptions Options(OptimizerKind kind) => new(1, kind, 0.5, Momentum, Decay, 0) { RmsDecay = 0.7 };

    private static void Check(OptimizerKind kind, double epsilon, Func<Element, double> update)
    {
        using var network = new QuantizedLinear(3, 2);
        using var optimizer = new WeightOptimizer(network, Options(kind) with { Epsilon = epsilon });
        Element[] elements =
        [
            .. network.weight.detach().data<float>().Select(w => new Element { Weight = w, Decay = Decay }),
            .. network.bias!.detach().data<float>().Select(w => new Element { Weight = w }),
        ];
        for (var step = 0; step < 3; step++)
        {
            float[] gradients = [.. SetGradient(network.weight, step).data<float>(), .. SetGradient(network.bias, step + 10).data<float>()];
            optimizer.Step(Rate);
            float[] weights = [.. network.weight.detach().data<float>(), .. network.bias.detach().data<float>()];
            for (var i = 0; i < elements.Length; i++)
            {
                (elements[i].Step, elements[i].Gradient) = (step, gradients[i]);
                elements[i].Weight = update(elements[i]);
                Assert.Equal(elements[i].Weight, weights[i], 1e-5);
            }
        }
    }

    private static Tensor SetGradient(Tensor parameter, int seed)
    {
        var gradient = Tensors.Normal(seed, parameter.shape);
        parameter.grad = gradient;
        return gradient.clone();
    }

    /// <summary>A weight and what its update rule remembers.</summary>
    private sealed class Element
    {
        public double Weight { get; set; }

        public double Decay { get; init; }

        public double Gradient { get; set; }

        public double First { get; set; }

        public double Second { get; set; }

        public int Step { get; set; }
    }
}
