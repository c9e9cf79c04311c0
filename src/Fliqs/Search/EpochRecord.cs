namespace Fliqs.Search;

/// <summary>An epoch in the history of a run.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Step">Steps taken at its end.</param>
/// <param name="Loss">Mean training loss, nats.</param>
/// <param name="TrainingAccuracy">Mean accuracy on the training batches, 0 to 1.</param>
/// <param name="ValidationAccuracy">Accuracy on the validation images in the formats that would be chosen now.</param>
/// <param name="Cost">The cost of those formats.</param>
/// <param name="Entropy">Mean entropy of the policy's decisions, nats; null without a policy.</param>
public sealed record EpochRecord(
    int Epoch, int Step, double Loss, double TrainingAccuracy, double ValidationAccuracy, double Cost, double? Entropy);
