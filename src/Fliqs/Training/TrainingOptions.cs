namespace Fliqs.Training;

/// <summary>How weights are trained.</summary>
/// <param name="Epochs">Passes over the training data, at least 1.</param>
/// <param name="BatchSize">Samples in a step, at least 1.</param>
/// <param name="Optimizer">The update rule.</param>
/// <param name="LearningRate">Its peak, positive; it rises linearly for 5 % of the steps and falls to 0 along a cosine.</param>
/// <param name="Momentum">Of SGD with Nesterov's correction, in [0, 1).</param>
/// <param name="WeightDecay">Not negative; on the weights of layers only: not on biases, norms, class tokens and positions.</param>
/// <param name="LabelSmoothing">In [0, 1).</param>
public sealed record TrainingOptions(
    int Epochs, int BatchSize, OptimizerKind Optimizer, double LearningRate, double Momentum, double WeightDecay, double LabelSmoothing);
