using System.Text.Json.Nodes;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Storage;
using Fliqs.Tests.Training;
using Fliqs.Training;
using static TorchSharp.torch;

namespace Fliqs.Tests.Contracts;

/// <summary>What a method needs for a run of 24 steps on a tiny network with one pinned layer, and what came of it.</summary>
internal sealed class TestRun : IDisposable, IRunObserver
{
    public const int Epochs = 6;
    public const int TotalSteps = 24;

    private readonly RunFolder? folder;
    private readonly long seed;

    public TestRun(long seed = 1, RunFolder? folder = null)
    {
        (this.seed, this.folder) = (seed, folder);
        Model = TrainerTests.Model(seed);
        Model.Layers[^1].Layer.Pinned = NumberFormat.Int8;
        Space = SearchSpace.Create(Model.Shapes, [NumberFormat.Int2, NumberFormat.Int4, NumberFormat.Int8]);
        var cost = new BitOperations();
        Training = BatchLoader.Shuffled(new BlobDataSet(64), 16, seed, Augmentation.Parse("shift:1"), dropLast: true);
        Budget = new Budget(new CostTable(cost, Space, Model.Shapes), 1.1 * NetworkCost.OfUniform(cost, Model.Shapes, NumberFormat.Int4));
    }

    public QuantizedModel Model { get; }

    public BatchLoader Training { get; }

    public BlobDataSet Validation { get; } = new(48, seed: 2);

    public SearchSpace Space { get; }

    public Budget Budget { get; }

    public List<StepRecord> Steps { get; } = [];

    public List<EpochRecord> EpochRecords { get; } = [];

    /// <summary>The step after which the run is interrupted; null for none.</summary>
    public int? InterruptAfter { get; init; }

    private CancellationTokenSource Interruption { get; } = new();

    public Dictionary<string, byte[]> Weights => TrainerTests.Bytes(Model.Network.state_dict());

    public double Cost => NetworkCost.Of(new BitOperations(), Model.Shapes, Model.Formats);

    /// <summary>Runs a method, from the last checkpoint in the folder if there is one.</summary>
    public SearchOutcome Run(ISearchMethod method)
    {
        var options = new TrainingOptions(Epochs, OptimizerKind.Sgd, 0.05, 0.9, 1e-4, 0);
        using var trainer = new Trainer(Model, options, TotalSteps, CPU);
        using var journal = Open(trainer);
        return method.Run(new SearchContext(trainer, new BitOperations(), Training, Validation, seed, journal, Interruption.Token));
    }

    public void OnStep(StepRecord step, int totalSteps)
    {
        Assert.Equal(TotalSteps, totalSteps);
        Steps.Add(step);
        if (step.Step == InterruptAfter)
            Interruption.Cancel();
    }

    public void OnEpoch(EpochRecord epoch) => EpochRecords.Add(epoch);

    public void OnNote(string message)
    {
    }

    public void Dispose()
    {
        Model.Dispose();
        Interruption.Dispose();
    }

    private RunJournal Open(Trainer trainer)
    {
        if (folder is null || new CheckpointFolder(folder.Checkpoints).LoadLatest(Assert.Fail) is not { } latest)
            return new RunJournal(this, folder, new JsonObject());
        using (latest.Content)
            trainer.Restore(latest.Content.Tensors, latest.State["step"]!.GetValue<int>());
        return new RunJournal(this, folder, new JsonObject(), latest.State);
    }
}
