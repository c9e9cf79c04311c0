namespace Fliqs.Training;

/// <summary>The loss or its gradients are no longer finite numbers.</summary>
/// <param name="step">The step, from 0.</param>
/// <param name="what">What is not finite, and what it is: "the loss is NaN".</param>
public sealed class DivergedException(int step, string what)
    : Exception($"training diverged: {what} at step {step}; lower the learning rate or the share of very narrow formats")
{
    /// <summary>The step, from 0.</summary>
    public int Step { get; } = step;
}
