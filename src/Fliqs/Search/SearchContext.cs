using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Space;
using Fliqs.Training;

namespace Fliqs.Search;

/// <summary>Everything that a method works with, and the loop over the steps of a run with its records and checkpoints.</summary>
public sealed class SearchContext
{
    private readonly RunJournal journal;
    private readonly CancellationToken cancellation;
    private readonly List<StepRecord> epochSteps = [];

    /// <summary>Puts a run together.</summary>
    /// <param name="trainer">The network and its optimizer.</param>
    /// <param name="costs">The cost of formats, and the budget.</param>
    /// <param name="training">Batches to learn from.</param>
    /// <param name="validation">Images to judge by.</param>
    /// <param name="seed">Names every random stream of the method.</param>
    /// <param name="journal">Where records and checkpoints go.</param>
    /// <param name="cancellation">Stops the run after the current step, once a checkpoint is saved.</param>
    public SearchContext(
        Trainer trainer, CostAccount costs, BatchLoader training, IImageDataSet validation, long seed, RunJournal journal,
        CancellationToken cancellation = default)
    {
        (Trainer, Costs, Training, Validation, Seed) = (trainer, costs, training, validation, seed);
        (this.journal, this.cancellation) = (journal, cancellation);
    }

    /// <summary>The network and its optimizer.</summary>
    public Trainer Trainer { get; }

    /// <summary>The network.</summary>
    public QuantizedModel Model => Trainer.Model;

    /// <summary>What formats cost, and the limit on it.</summary>
    public CostAccount Costs { get; }

    /// <summary>Batches to learn from.</summary>
    public BatchLoader Training { get; }

    /// <summary>Images to judge by.</summary>
    public IImageDataSet Validation { get; }

    /// <summary>Names every random stream of the method.</summary>
    public long Seed { get; }

    /// <summary>Steps of the whole run.</summary>
    public int TotalSteps => Trainer.TotalSteps;

    /// <summary>What the method saved in the checkpoint that this run goes on from; null in a new run.</summary>
    public T? Resumed<T>()
        where T : class => journal.Resumed?.MethodState.Deserialize<T>(RunJournal.Json);

    /// <summary>
    /// The steps of the run, from where the last checkpoint left off. The loop body trains; what follows a step (records,
    /// validation after an epoch, checkpoints, stopping) happens between two steps.
    /// </summary>
    /// <param name="incumbent">Sets the formats that would be chosen now on the network.</param>
    /// <param name="state">What the method has to save in a checkpoint, serialisable as JSON.</param>
    public IEnumerable<RunStep> Steps(Action incumbent, Func<object> state)
    {
        var perEpoch = Training.BatchCount;
        var index = journal.Resumed?.Step ?? 0;
        if (journal.Resumed is { } resumed)
            epochSteps.AddRange(resumed.EpochSteps);
        while (index < TotalSteps)
        {
            var epoch = index / perEpoch;
            foreach (var batch in Training.Epoch(epoch, index % perEpoch))
            {
                using (batch)
                    yield return new RunStep(index, TotalSteps, epoch, batch);
                index++;
                if (index % perEpoch != 0 && cancellation.IsCancellationRequested)
                {
                    Save(index, state());
                    cancellation.ThrowIfCancellationRequested();
                }
            }

            EndEpoch(epoch, index, incumbent);
            Save(index, state());
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Records the signals of a step; once a step, in the body of the loop.</summary>
    public void Record(StepRecord step)
    {
        epochSteps.Add(step);
        journal.Add(step, TotalSteps);
    }

    /// <summary>Accuracy on the validation images in the formats that the layers have now.</summary>
    public double Validate() => Trainer.Evaluate(BatchLoader.InOrder(Validation, 256).Epoch(0));

    /// <summary>Passes on a line that a person should know.</summary>
    public void Note(string message) => journal.Note(message);

    private void EndEpoch(int epoch, int steps, Action incumbent)
    {
        incumbent();
        var record = new EpochRecord(
            epoch + 1, steps, epochSteps.Average(s => s.Loss), epochSteps.Average(s => s.Accuracy), Validate(),
            Costs.Of(Model), epochSteps[^1].Entropy);
        epochSteps.Clear();
        journal.Add(record);
    }

    private void Save(int step, object state) => journal.Save(
        new RunCheckpoint(step, JsonSerializer.SerializeToNode(state, RunJournal.Json) ?? new JsonObject(), [.. epochSteps]), Trainer.State());
}
