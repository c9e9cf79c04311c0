namespace Fliqs.Results;

/// <summary>The formats of a layer by name.</summary>
/// <param name="Weight">Format of the weights.</param>
/// <param name="Activation">Format of the input.</param>
public sealed record FormatPair(string Weight, string Activation);
