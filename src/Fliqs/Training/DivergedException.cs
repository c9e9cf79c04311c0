namespace Fliqs.Training;

/// <summary>The loss is no longer a finite number. The weights have not been changed by the failing step.</summary>
public sealed class DivergedException(int step, double loss)
    : Exception($"training diverged: the loss is {loss} at step {step}; lower the learning rate or the share of very narrow formats")
{
    /// <summary>The step, from 0.</summary>
    public int Step { get; } = step;
}
