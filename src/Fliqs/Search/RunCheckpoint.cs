using System.Text.Json.Nodes;

namespace Fliqs.Search;

/// <summary>What a run needs to go on, beside its tensors.</summary>
/// <param name="Step">Steps taken.</param>
/// <param name="MethodState">What the method saved.</param>
/// <param name="EpochSteps">The records of the epoch under way.</param>
public sealed record RunCheckpoint(int Step, JsonNode MethodState, IReadOnlyList<StepRecord> EpochSteps);
