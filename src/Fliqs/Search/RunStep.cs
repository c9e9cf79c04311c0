using Fliqs.Data;

namespace Fliqs.Search;

/// <summary>One step of a run.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Batch">The training batch.</param>
public readonly record struct RunStep(int Index, Batch Batch);
