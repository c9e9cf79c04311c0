using System.Globalization;
using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Quantization;
using TorchSharp;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>Trains and evaluates a network in whatever formats its layers have at the time. Every method shares it.</summary>
public sealed class Trainer : IDisposable
{
    /// <summary>Of the auxiliary head of Inception-v3 (Szegedy et al. 2016), as TensorFlow's slim models weigh it.</summary>
    private const double AuxiliaryWeight = 0.4;

    private readonly TrainingOptions options;
    private readonly WeightOptimizer optimizer;
    private readonly Device device;
    private readonly Distillation? distillation;
    private readonly NormStatistics norms;
    private WeightAverage? average;

    /// <summary>Moves the network to the device and makes an optimizer for it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">How to train.</param>
    /// <param name="totalSteps">Steps of the whole run, which the learning rate is spread over.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="distillation">Teaches beside the labels; null for labels alone.</param>
    public Trainer(QuantizedModel model, TrainingOptions options, int totalSteps, Device device, Distillation? distillation = null)
    {
        (Model, this.options, TotalSteps, this.device, this.distillation) = (model, options, totalSteps, device, distillation);
        model.Network.to(device);
        optimizer = new WeightOptimizer(model.Network, options);
        norms = new NormStatistics(model);
        average = options.AverageDecay is { } decay ? new WeightAverage(model.Network, decay) : null;
    }

    /// <summary>The network that is trained.</summary>
    public QuantizedModel Model { get; }

    /// <summary>Steps of the whole run.</summary>
    public int TotalSteps { get; }

    /// <summary>
    /// One step of the optimizer on a batch, which is computed in as many parts as the options say. The loss of an auxiliary head is
    /// added to what is minimised, not to the outcome.
    /// </summary>
    /// <param name="batch">Images and labels.</param>
    /// <param name="step">The step's number from 0; sets the learning rate.</param>
    /// <returns>Means over the whole batch.</returns>
    /// <exception cref="DivergedException">The loss is not finite. The weights have not moved.</exception>
    public StepOutcome Step(Batch batch, int step) => Step(batch, step, [() => { }])[0];

    /// <summary>
    /// One step of the optimizer on a batch in groups, before each of which the network may be changed. The gradients are those of the mean over
    /// all images.
    /// </summary>
    /// <param name="batch">Images and labels.</param>
    /// <param name="step">The step's number from 0; sets the learning rate.</param>
    /// <param name="groups">What is done before each group; at least one, and at most one for each image.</param>
    /// <returns>Means over each group.</returns>
    /// <exception cref="DivergedException">The loss is not finite. The weights have not moved.</exception>
    public IReadOnlyList<StepOutcome> Step(Batch batch, int step, IReadOnlyList<Action> groups)
    {
        ArgumentOutOfRangeException.ThrowIfZero(groups.Count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(groups.Count, batch.Labels.shape[0]);
        using var scope = NewDisposeScope();
        Model.Network.train();
        optimizer.Clear();
        var outcomes = new List<StepOutcome>();
        foreach (var begin in groups)
        {
            begin();
            outcomes.Add(Backward(batch, step, outcomes.Count, groups.Count));
        }

        var cycle = TotalSteps / options.Cycles;
        optimizer.Step(options.LearningRate * options.Schedule.FactorAt(step % cycle, cycle, options.Epochs));
        average?.Update(step);
        return outcomes;
    }

    /// <summary>The gradients of the loss of a batch by some parameters, with the statistics of training frozen. Nothing moves.</summary>
    /// <returns>In the order of the parameters; the caller disposes them.</returns>
    public IReadOnlyList<Tensor> Gradients(Batch batch, IEnumerable<Tensor> parameters)
    {
        Model.Network.eval();
        optimizer.Clear();
        Backward(batch, 0);
        return [.. parameters.Select(p => p.grad?.clone() ?? zeros_like(p))];    // frozen ones have none
    }

    /// <summary>
    /// The share of correct predictions on a data set, with the statistics of training frozen; of the averaged weights, if they are
    /// averaged.
    /// </summary>
    public double Evaluate(IImageDataSet data) => OnAverage(() => Evaluator.Accuracy(Model, data, device));

    /// <summary>Lets the averaged weights, if they are averaged, begin anew with those that the network has now.</summary>
    public void RestartAverage() => average?.Restart();

    /// <summary>Ends training: from now on the network has the averaged weights, if they are averaged.</summary>
    public void Finish()
    {
        average?.Exchange();
        average?.Dispose();
        average = null;
    }

    /// <summary>
    /// The share of correct predictions on one batch, normalised by the statistics of that batch, without dropout. The running
    /// statistics of the network stay as they are.
    /// </summary>
    public double EvaluateInTraining(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var restore = norms.Keep();
        var accuracy = Accuracy(norms.OnBatch(batch.Images.to(device)), batch.Labels.to(device));
        restore();
        return accuracy;
    }

    /// <summary>
    /// Takes the running statistics of the batch norms anew, of all images as one batch; for the averaged weights, if they are averaged.
    /// </summary>
    /// <param name="batches">At least one; disposed.</param>
    public void Recalibrate(IEnumerable<Batch> batches) => OnAverage(() => TakeStatistics(batches));

    /// <summary>
    /// Takes the running statistics anew as <see cref="Recalibrate"/> does, and goes back to those of training where these are right more often:
    /// in networks of few bits either may fit no batch.
    /// </summary>
    /// <param name="batches">At least one; disposed.</param>
    /// <param name="data">What decides, which has to be apart from training and test.</param>
    /// <returns>The share of correct predictions on the data, as <see cref="Evaluate"/> gives it.</returns>
    public double SettleStatistics(IEnumerable<Batch> batches, IImageDataSet data) => OnAverage(() =>
    {
        using var scope = NewDisposeScope();
        var trained = Evaluator.Accuracy(Model, data, device);
        var restore = norms.Keep();
        if (!TakeStatistics(batches))
            return trained;
        var anew = Evaluator.Accuracy(Model, data, device);
        if (anew >= trained)
            return anew;
        restore();
        return trained;
    });

    /// <summary>
    /// All tensors that a later run needs to go on from here, under names that are stable: the network's state dictionary, the
    /// optimizer's moments, and the averaged weights. They share memory with the live ones.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, value) in Model.Network.state_dict())
            state[$"model.{name}"] = value;
        foreach (var (name, value) in optimizer.State().Concat(average?.State() ?? []))
            state[name] = value;
        return state;
    }

    /// <summary>Takes up what <see cref="State"/> gave.</summary>
    /// <param name="state">The tensors of a trainer of the same network and options.</param>
    /// <param name="steps">The steps that had been taken.</param>
    public void Restore(IReadOnlyDictionary<string, Tensor> state, int steps)
    {
        using var gradients = no_grad();
        foreach (var (name, value) in Model.Network.state_dict())
            value.copy_(state[$"model.{name}"]);
        foreach (var (name, value) in average?.State() ?? [])
            value.copy_(state[name]);
        optimizer.Restore(state, steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        optimizer.Dispose();
        average?.Dispose();
    }

    /// <summary>Adds a group's gradients of the mean loss over all images, one part after another; the outcome is that of the group.</summary>
    private StepOutcome Backward(Batch batch, int step, int group = 0, int groups = 1)
    {
        var (count, loss, accuracy, all) = (batch.Labels.shape[0], 0.0, 0.0, 0.0);
        var parts = Math.Min((options.Parts + groups - 1) / groups, count / groups);
        for (var part = group * parts; part < (group + 1) * parts; part++)
        {
            using var scope = NewDisposeScope();
            var (start, end) = (part * count / (groups * parts), (part + 1) * count / (groups * parts));
            var share = (end - start) / (double)count;
            var (outcome, minimised) = Forward(batch, start, end - start);
            if (!double.IsFinite(outcome.Loss))
                throw new DivergedException(step, string.Create(CultureInfo.InvariantCulture, $"the loss is {outcome.Loss}"));
            BackwardPass.RunLast(minimised * share);
            (loss, accuracy, all) = (loss + (outcome.Loss * share), accuracy + (outcome.Accuracy * share), all + share);
        }

        return new StepOutcome(loss / all, accuracy / all);
    }

    private (StepOutcome Outcome, Tensor Minimised) Forward(Batch batch, long start, long count)
    {
        using var scope = NewDisposeScope();      // What the backward pass needs is kept by autograd.
        var (images, labels, others) = (Part(batch.Images), Part(batch.Labels), batch.OtherLabels is { } all ? Part(all) : null);
        var logits = Model.Network.forward(images);
        var loss = Loss(logits);
        if (distillation is not null)
            loss = distillation.Loss(images, logits, loss);
        var minimised = Model.AuxiliaryLogits is { } auxiliary ? loss + AuxiliaryWeight * Loss(auxiliary) : loss;
        return (new StepOutcome(loss.item<float>(), Accuracy(logits, labels)), minimised.MoveToOuterDisposeScope());

        Tensor Part(Tensor whole) => whole.narrow(0, start, count).to(device);

        Tensor Loss(Tensor predicted) => others is null
            ? CrossEntropy(predicted, labels)
            : batch.Share * CrossEntropy(predicted, labels) + (1 - batch.Share) * CrossEntropy(predicted, others);
    }

    private Tensor CrossEntropy(Tensor logits, Tensor labels) =>
        nn.functional.cross_entropy(logits, labels, label_smoothing: options.LabelSmoothing);

    /// <summary>Does something with the averaged weights in the network, if they are averaged.</summary>
    private T OnAverage<T>(Func<T> action)
    {
        average?.Exchange();
        try
        {
            return action();
        }
        finally
        {
            average?.Exchange();
        }
    }

    /// <summary>
    /// Makes the running statistics those of all images as one batch, or of as many as there is memory for; false without batch norms.
    /// </summary>
    private bool TakeStatistics(IEnumerable<Batch> batches)
    {
        using var scope = NewDisposeScope();
        var all = batches.ToList();
        var images = cat([.. all.Select(b => b.Images)]);
        all.ForEach(b => b.Dispose());
        var count = Model.SamplesAtOnce(Math.Max(1, images.shape[0] / options.Parts));
        return norms.Take(images.narrow(0, 0, count).to(device));
    }

    private static double Accuracy(Tensor logits, Tensor labels) =>
        Evaluator.Correct(logits, labels) / (double)labels.shape[0];
}
