namespace Fliqs.Training;

/// <summary>What a training step measured on its batch, before the weights moved.</summary>
/// <param name="Loss">Mean cross-entropy in nats.</param>
/// <param name="Accuracy">Share of correct predictions, 0 to 1.</param>
public readonly record struct StepOutcome(double Loss, double Accuracy);
