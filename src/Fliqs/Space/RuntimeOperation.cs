namespace Fliqs.Space;

/// <summary>The formats that a target computes an operation in.</summary>
/// <param name="Weights">Formats of weights, with a scale per output channel.</param>
/// <param name="Activations">Formats of activations, with one scale.</param>
public sealed record RuntimeOperation(IReadOnlyList<string> Weights, IReadOnlyList<string> Activations);
