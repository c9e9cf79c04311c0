namespace Fliqs.Search;

/// <summary>What the reward measures the network by.</summary>
public enum QualitySignal
{
    /// <summary>Minus the loss of the training batch, from the step itself.</summary>
    TrainingLoss,

    /// <summary>The accuracy on the training batch, from the step itself.</summary>
    TrainingAccuracy,

    /// <summary>The accuracy on a batch of validation images, after the weights have moved.</summary>
    ValidationAccuracy,
}
