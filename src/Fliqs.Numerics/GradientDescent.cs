namespace Fliqs.Numerics;

/// <summary>Stochastic gradient descent with Nesterov momentum, as <c>torch.optim.SGD</c> has it, in one pass over memory.</summary>
public static class GradientDescent
{
    /// <summary>d = gradient + decay * weight; moment = momentum * moment + d; weight -= rate * (d + momentum * moment).</summary>
    /// <param name="weights">Moved in place.</param>
    /// <param name="gradient">By the weights.</param>
    /// <param name="moments">Moved in place; 0 before the first step.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="momentum">The share of a moment that stays; 0 for none.</param>
    /// <param name="decay">The share of a weight that is added to its gradient.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Step(
        Span<float> weights, ReadOnlySpan<float> gradient, Span<float> moments, float rate, float momentum, float decay)
    {
        Shape.ThrowIfLengthsDiffer(weights.Length, gradient.Length, nameof(gradient));
        Shape.ThrowIfLengthsDiffer(weights.Length, moments.Length, nameof(moments));
        KernelDriver.Run(new DescentStep(weights, gradient, moments, rate, momentum, decay), weights.Length);
    }
}
