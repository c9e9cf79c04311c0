using Fliqs.Cost;
using Fliqs.Search;
using Fliqs.Space;

namespace Fliqs.Tests.Contracts;

/// <summary>What came of a <see cref="TestRun"/>, without its tensors.</summary>
internal sealed class FinishedRun(TestRun run, SearchOutcome outcome)
{
    public SearchOutcome Outcome { get; } = outcome;

    public SearchSpace Space { get; } = run.Space;

    public Budget Budget { get; } = run.Budget;

    public IReadOnlyList<StepRecord> Steps { get; } = run.Steps;

    public IReadOnlyList<EpochRecord> EpochRecords { get; } = run.EpochRecords;

    public IReadOnlyDictionary<string, LayerFormats> Formats { get; } = run.Model.Formats;

    public IReadOnlyDictionary<string, byte[]> Weights { get; } = run.Weights;

    public double Cost { get; } = run.Cost;
}
