using static TorchSharp.torch;

namespace Fliqs.Graphs;

/// <summary>A tensor that flows through a <see cref="NetworkGraph"/>.</summary>
/// <param name="Name">Unique in its graph.</param>
/// <param name="Constant">The float32 or int64 values of a tensor that is the same for every input; null for one that is computed.</param>
public sealed record GraphValue(string Name, Tensor? Constant = null);
