namespace Fliqs.Training;

/// <summary>What a training step measured on its batch, before the weights moved.</summary>
/// <param name="Loss">Mean loss in nats: the cross-entropy, and the teacher's part where there is one.</param>
/// <param name="Accuracy">Share of correct predictions, 0 to 1.</param>
public readonly record struct StepOutcome(double Loss, double Accuracy);
