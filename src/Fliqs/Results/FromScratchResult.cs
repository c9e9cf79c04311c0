namespace Fliqs.Results;

/// <summary>The network that a search found, trained from other initial weights by the same recipe.</summary>
/// <param name="Accuracy">On the test images, 0 to 1.</param>
/// <param name="ValidationAccuracy">On the validation images, 0 to 1.</param>
public sealed record FromScratchResult(double Accuracy, double ValidationAccuracy);
