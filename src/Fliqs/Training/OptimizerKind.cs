namespace Fliqs.Training;

/// <summary>The update rules for weights.</summary>
public enum OptimizerKind
{
    /// <summary>Stochastic gradient descent with Nesterov momentum.</summary>
    Sgd,

    /// <summary>Gradients over the root of their moving mean square, with momentum; weight decay is added to the gradient.</summary>
    RmsProp,

    /// <summary>Adam with decoupled weight decay.</summary>
    AdamW,
}
