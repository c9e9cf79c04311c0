namespace Fliqs.Results;

/// <summary>A uniform format trained by the same recipe, to compare with.</summary>
/// <param name="Format">The format of every layer.</param>
/// <param name="Cost">Its cost.</param>
/// <param name="Accuracy">On the test images, 0 to 1.</param>
/// <param name="ValidationAccuracy">On the validation images, 0 to 1.</param>
public sealed record UniformResult(string Format, double Cost, double Accuracy, double ValidationAccuracy);
