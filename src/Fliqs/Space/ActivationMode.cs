namespace Fliqs.Space;

/// <summary>Whether a layer's weights and activations are decided together.</summary>
public enum ActivationMode
{
    /// <summary>One decision: weights and activations have the same format.</summary>
    Tied,

    /// <summary>Two decisions, so that weights and activations may differ.</summary>
    Separate,
}
