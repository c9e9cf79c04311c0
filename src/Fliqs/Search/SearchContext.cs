using Fliqs.Cost;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Training;

namespace Fliqs.Search;

/// <summary>What every method works with: a network in training, the data, and the loop over the steps of a run.</summary>
public sealed class SearchContext
{
    /// <summary>So many batches without gradients take about the memory of a step.</summary>
    internal const int CalibrationBatches = 4;

    private readonly RunJournal journal;
    private readonly CancellationToken cancellation;
    private readonly Lazy<BatchLoader> held;

    /// <summary>Puts a run together.</summary>
    /// <param name="trainer">The network and its optimizer.</param>
    /// <param name="cost">What layers cost.</param>
    /// <param name="training">Batches to learn from.</param>
    /// <param name="validation">Images to judge by.</param>
    /// <param name="seed">Names every random stream of the method.</param>
    /// <param name="journal">Where records and checkpoints go.</param>
    /// <param name="cancellation">Stops the run after the step under way, once a checkpoint is saved.</param>
    public SearchContext(
        Trainer trainer, ICostModel cost, BatchLoader training, IImageDataSet validation, long seed, RunJournal journal,
        CancellationToken cancellation = default)
    {
        (Trainer, Cost, Training, Validation, Seed) = (trainer, cost, training, validation, seed);
        (this.journal, this.cancellation) = (journal, cancellation);
        held = new Lazy<BatchLoader>(() => BatchLoader.Shuffled(validation, Model.SamplesAtOnce(Math.Min(128, validation.Count)), seed));
    }

    /// <summary>The network and its optimizer.</summary>
    public Trainer Trainer { get; }

    /// <summary>The network.</summary>
    public QuantizedModel Model => Trainer.Model;

    /// <summary>What layers cost.</summary>
    public ICostModel Cost { get; }

    /// <summary>Batches to learn from.</summary>
    public BatchLoader Training { get; }

    /// <summary>Images to judge by.</summary>
    public IImageDataSet Validation { get; }

    /// <summary>Names every random stream of the method.</summary>
    public long Seed { get; }

    /// <summary>The state that the method saved in the checkpoint that this run goes on from; null in a new run.</summary>
    public T? Resumed<T>()
        where T : class => journal.MethodState<T>();

    /// <summary>
    /// The steps of the run, from where the last checkpoint left off. The body of the loop trains and calls <see cref="Record"/>;
    /// validation after an epoch, checkpoints and stopping happen between two steps.
    /// </summary>
    /// <param name="incumbent">Sets on the network the formats that would be chosen now.</param>
    /// <param name="state">What the method has to save in a checkpoint, serialisable as JSON.</param>
    /// <exception cref="OperationCanceledException">Interrupted; a checkpoint has been saved.</exception>
    public IEnumerable<RunStep> Steps(Action incumbent, Func<object> state)
    {
        var (step, perEpoch) = (journal.FirstStep, Training.BatchCount);
        while (step < Trainer.TotalSteps)
        {
            var epoch = step / perEpoch;
            foreach (var batch in Training.Epoch(epoch, step % perEpoch))
            {
                using (batch)
                    yield return new RunStep(step, batch);
                step++;
                if (step == Trainer.TotalSteps || (step % perEpoch != 0 && cancellation.IsCancellationRequested))
                    break;
            }

            if (step % perEpoch == 0 || step == Trainer.TotalSteps)
            {
                incumbent();
                journal.EndEpoch(step == Trainer.TotalSteps ? Trainer.SettleStatistics(CalibrationData(), Validation) : Validate(), CurrentCost());
            }

            journal.Save(step, state(), Trainer.State());
            cancellation.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Records the signals of a step; once a step, in the body of the loop.</summary>
    public void Record(StepRecord step) => journal.Add(step, Trainer.TotalSteps);

    /// <summary>Passes on a line that a person should know.</summary>
    public void Note(string message) => journal.Note(message);

    /// <summary>Accuracy on the validation images in the formats that the layers have now.</summary>
    public double Validate() => Trainer.Evaluate(Validation);

    /// <summary>
    /// Accuracy on one batch of validation images, with the statistics of that batch: those of training belong to a mixture of
    /// formats while a policy explores.
    /// </summary>
    /// <param name="index">Which batch; they come in random order and begin anew when all have been used.</param>
    public double ValidateOnBatch(int index)
    {
        using var batch = held.Value.At(index / held.Value.BatchCount, index % held.Value.BatchCount);
        return Trainer.EvaluateInTraining(batch);
    }

    /// <summary>
    /// Takes the running statistics of the batch norms anew, from training images, for the network in use. Training does not
    /// depend on them; where architectures change from step to step, those that it leaves are of a mixture, and where weights of few bits
    /// oscillate between two codes, they belong to no step (Nagel et al., ICML 2022). Every run ends with it, and keeps what does better on validation images.
    /// </summary>
    public void Recalibrate() => Trainer.Recalibrate(CalibrationData());

    /// <summary>The cost of the formats that the layers have now.</summary>
    public double CurrentCost() => NetworkCost.Of(Cost, Model.Shapes, Model.Formats);

    private IEnumerable<Batch> CalibrationData() =>
        Enumerable.Range(0, Math.Min(CalibrationBatches, Training.BatchCount)).Select(i => Training.At(0, i));
}
