using Fliqs.Numerics;
using Fliqs.Quantization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>
/// Stochastic gradient descent with Nesterov momentum and weight decay. On the CPU it is one pass over a parameter; TorchSharp's own makes
/// eight operations of it.
/// </summary>
internal sealed class StochasticDescent : IDisposable
{
    private readonly Parameter[] parameters;
    private readonly int decayed;
    private readonly float decay;
    private readonly float momentum;

    /// <summary>Has made no step; the moments are 0.</summary>
    /// <param name="parameters">All have gradients.</param>
    /// <param name="decayed">How many of them, from the first on, decay.</param>
    /// <param name="decay">The share of a parameter that is added to its gradient.</param>
    /// <param name="momentum">The share of a moment that stays; 0 for none.</param>
    public StochasticDescent(Parameter[] parameters, int decayed, double decay, double momentum)
    {
        (this.parameters, this.decayed, this.decay, this.momentum) = (parameters, decayed, (float)decay, (float)momentum);
        Moments = [.. parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
    }

    /// <summary>In the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Moments { get; }

    /// <summary>Makes a step along the gradients.</summary>
    public void Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        for (var i = 0; i < parameters.Length; i++)
            Step(parameters[i], parameters[i].grad!, Moments[i], (float)learningRate, i < decayed ? decay : 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moment in Moments)
            moment.Dispose();
    }

    private void Step(Parameter parameter, Tensor gradient, Tensor moment, float rate, float share)
    {
        if (parameter.device_type == DeviceType.CPU)
        {
            GradientDescent.Step(
                TensorMemory.Floats(parameter), TensorMemory.Floats(TensorMemory.InOrderOf(parameter, gradient)), TensorMemory.Floats(moment),
                rate, momentum, share);
            return;
        }

        var difference = gradient + (share * parameter);
        moment.mul_(momentum).add_(difference);
        parameter.sub_(rate * (difference + (momentum * moment)));
    }
}
