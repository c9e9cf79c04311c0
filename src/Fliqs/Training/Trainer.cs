using Fliqs.Data;
using Fliqs.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>Trains and evaluates a network in whatever formats its layers have at the time. Every method shares it.</summary>
public sealed class Trainer : IDisposable
{
    /// <summary>Of the auxiliary head of Inception-v3 (Szegedy et al. 2016), as TensorFlow's slim models weigh it.</summary>
    private const double AuxiliaryWeight = 0.4;

    private readonly TrainingOptions options;
    private readonly OptimizerHelper optimizer;
    private readonly Device device;

    /// <summary>Moves the network to the device and makes an optimizer for it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="options">How to train.</param>
    /// <param name="totalSteps">Steps of the whole run, which the learning rate is spread over.</param>
    /// <param name="device">Where to compute.</param>
    public Trainer(QuantizedModel model, TrainingOptions options, int totalSteps, Device device)
    {
        (Model, this.options, TotalSteps, this.device) = (model, options, totalSteps, device);
        model.Network.to(device);
        var decayed = model.Network.named_parameters()
            .ToLookup(p => p.parameter.dim() > 1 && p.name.Split('.')[^1] == "weight", p => p.parameter);
        var (matrices, vectors) = (decayed[true].ToArray(), decayed[false].ToArray());
        optimizer = options.Optimizer switch
        {
            OptimizerKind.Sgd => optim.SGD(
                [
                    new SGD.ParamGroup(matrices, options.LearningRate, options.Momentum, 0, options.WeightDecay, options.Momentum > 0),
                    new SGD.ParamGroup(vectors, options.LearningRate, options.Momentum, 0, 0, options.Momentum > 0),
                ], options.LearningRate, options.Momentum, 0, 0, options.Momentum > 0),
            OptimizerKind.AdamW => optim.AdamW(
                [
                    new AdamW.ParamGroup(matrices, options.LearningRate, weight_decay: options.WeightDecay),
                    new AdamW.ParamGroup(vectors, options.LearningRate, weight_decay: 0),
                ], options.LearningRate),
            _ => throw new ArgumentOutOfRangeException(nameof(options)),
        };
    }

    /// <summary>The network that is trained.</summary>
    public QuantizedModel Model { get; }

    /// <summary>Steps of the whole run.</summary>
    public int TotalSteps { get; }

    /// <summary>One step of the optimizer on a batch. The loss of an auxiliary head is added to what is minimised, not to the outcome.</summary>
    /// <param name="batch">Images and labels.</param>
    /// <param name="step">The step's number from 0; sets the learning rate.</param>
    /// <exception cref="DivergedException">The loss is not finite.</exception>
    public StepOutcome Step(Batch batch, int step)
    {
        using var scope = NewDisposeScope();
        Model.Network.train();
        optimizer.zero_grad();
        var labels = batch.Labels.to(device);
        var logits = Model.Network.forward(batch.Images.to(device));
        var loss = Loss(logits);
        var outcome = new StepOutcome(loss.item<float>(), Accuracy(logits, labels));
        if (!double.IsFinite(outcome.Loss))
            throw new DivergedException(step, outcome.Loss);
        (Model.AuxiliaryLogits is { } auxiliary ? loss + AuxiliaryWeight * Loss(auxiliary) : loss).backward();
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate = options.LearningRate * LearningRateSchedule.FactorAt(step, TotalSteps);
        optimizer.step();
        return outcome;

        Tensor Loss(Tensor predicted) => batch.OtherLabels is { } others
            ? batch.Share * CrossEntropy(predicted, labels) + (1 - batch.Share) * CrossEntropy(predicted, others.to(device))
            : CrossEntropy(predicted, labels);
    }

    /// <summary>The share of correct predictions on a data set, with the statistics of training frozen.</summary>
    public double Evaluate(IImageDataSet data) => Evaluator.Accuracy(Model, data, device);

    /// <summary>
    /// The share of correct predictions on one batch, normalised by the statistics of that batch. The running statistics of the
    /// network stay as they are.
    /// </summary>
    public double EvaluateInTraining(Batch batch)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var statistics = Model.Network.buffers().Select(b => (Live: b, Saved: b.clone())).ToList();
        Model.Network.train();
        var accuracy = Accuracy(Model.Network.forward(batch.Images.to(device)), batch.Labels.to(device));
        foreach (var (live, saved) in statistics)
            live.copy_(saved);
        return accuracy;
    }

    /// <summary>
    /// All tensors that a later run needs to go on from here, under names that are stable: the network's state dictionary, and
    /// the optimizer's moments. They share memory with the live ones.
    /// </summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        var state = new Dictionary<string, Tensor>();
        foreach (var (name, value) in Model.Network.state_dict())
            state[$"model.{name}"] = value;
        var moments = optimizer.state_dict().State;
        for (var i = 0; i < moments.Count; i++)
        {
            switch (moments[i])
            {
                case SGD.State { momentum_buffer: { } momentum }:
                    state[$"optimizer.{i}.momentum"] = momentum;
                    break;
                case AdamW.State { exp_avg: { } first } adam:
                    state[$"optimizer.{i}.first"] = first;
                    state[$"optimizer.{i}.second"] = adam.exp_avg_sq;
                    break;
            }
        }

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
        var moments = optimizer.state_dict().State;
        for (var i = 0; i < moments.Count; i++)
        {
            switch (moments[i])
            {
                case SGD.State sgd when state.TryGetValue($"optimizer.{i}.momentum", out var momentum):
                    sgd.momentum_buffer = momentum.to(device, copy: true).DetachFromDisposeScope();
                    break;
                case AdamW.State adam when state.TryGetValue($"optimizer.{i}.first", out var first):
                    adam.exp_avg.copy_(first);
                    adam.exp_avg_sq.copy_(state[$"optimizer.{i}.second"]);
                    adam.step = steps;
                    break;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => optimizer.Dispose();

    private Tensor CrossEntropy(Tensor logits, Tensor labels) =>
        nn.functional.cross_entropy(logits, labels, label_smoothing: options.LabelSmoothing);

    private static double Accuracy(Tensor logits, Tensor labels) =>
        Evaluator.Correct(logits, labels) / (double)labels.shape[0];
}
