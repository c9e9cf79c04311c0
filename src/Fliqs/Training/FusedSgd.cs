using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>
/// Stochastic gradient descent with Nesterov momentum and weight decay, all parameters in one operation of ATen's; TorchSharp's own step is
/// eight for every tensor.
/// </summary>
internal sealed class FusedSgd : IDisposable
{
    private static readonly Lazy<jit.CompilationUnit> Script = new(() => jit.compile("""
        def step(parameters: List[Tensor], gradients: List[Tensor], moments: List[Tensor], decay: float, momentum: float, rate: float):
            torch._fused_sgd_(parameters, gradients, moments, weight_decay=decay, momentum=momentum, lr=rate, dampening=0.0, nesterov=momentum > 0.0, maximize=False, is_first_step=False)
            return 0

        """));

    private readonly Parameter[] parameters;
    private readonly int decayed;
    private readonly double decay;
    private readonly double momentum;

    /// <summary>Has made no step; the moments are 0.</summary>
    /// <param name="parameters">All have gradients.</param>
    /// <param name="decayed">How many of them, from the first on, decay.</param>
    /// <param name="decay">The share of a parameter that is added to its gradient.</param>
    /// <param name="momentum">The share of a moment that stays; 0 for none.</param>
    public FusedSgd(Parameter[] parameters, int decayed, double decay, double momentum)
    {
        (this.parameters, this.decayed, this.decay, this.momentum) = (parameters, decayed, decay, momentum);
        Moments = momentum == 0 ? [] : [.. parameters.Select(p => zeros_like(p, requires_grad: false).DetachFromDisposeScope())];
    }

    /// <summary>In the order of the parameters; none without momentum.</summary>
    public IReadOnlyList<Tensor> Moments { get; }

    /// <summary>Makes a step along the gradients.</summary>
    public void Step(double learningRate)
    {
        Step(0, decayed, decay, learningRate);
        Step(decayed, parameters.Length, 0, learningRate);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var moment in Moments)
            moment.Dispose();
    }

    private void Step(int start, int end, double decayRate, double learningRate)
    {
        if (start == end)
            return;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var group = parameters[start..end];
        Script.Value.invoke(
            "step", group.Select(Tensor (p) => p).ToArray(), group.Select(p => p.grad!).ToArray(), Moments.Skip(start).Take(end - start).ToArray(),
            decayRate, momentum, learningRate);
    }
}
