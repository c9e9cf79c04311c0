namespace Fliqs.Training;

/// <summary>How weights are trained.</summary>
/// <param name="Epochs">Passes over the training data, at least 1.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="LearningRate">Its peak, positive; over the run it follows <see cref="Schedule"/>.</param>
/// <param name="Momentum">Of SGD, with Nesterov's correction, and of RMSProp; in [0, 1).</param>
/// <param name="WeightDecay">Not negative; on the weights of layers only: not on biases, norms, class tokens and positions.</param>
/// <param name="LabelSmoothing">In [0, 1).</param>
public sealed record TrainingOptions(
    int Epochs, OptimizerKind Optimizer, double LearningRate, double Momentum, double WeightDecay, double LabelSmoothing)
{
    /// <summary>The learning rate over the run: by default a rise over 5 % of the steps and half a cosine down to 0.</summary>
    public LearningRateSchedule Schedule { get; init; } = new();

    /// <summary>How often the run goes through its epochs, the learning rate from its beginning each time; at least 1.</summary>
    public int Cycles { get; init; } = 1;

    /// <summary>Decay of the moving mean square of RMSProp, in [0, 1).</summary>
    public double RmsDecay { get; init; } = 0.9;

    /// <summary>What is added to the root that RMSProp and AdamW divide by, positive; null for 1e-3 and 1e-8.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The greatest norm of all gradients taken together, positive; longer ones are shortened to it. Null for no limit.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>
    /// The parts of equal size, up to one sample, that a batch is computed in, one after another, at least 1. Their gradients add up to
    /// that of the whole batch, in the memory of a part; batch norms see the parts.
    /// </summary>
    public int Parts { get; init; } = 1;

    /// <summary>
    /// Decay of the exponential moving average of weights and statistics that is evaluated and shipped in their place, in (0, 1);
    /// null to evaluate and ship the weights themselves.
    /// </summary>
    public double? AverageDecay { get; init; }
}
