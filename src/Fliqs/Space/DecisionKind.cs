namespace Fliqs.Space;

/// <summary>What a decision is about.</summary>
public enum DecisionKind
{
    /// <summary>The number format of the weights, the activations or both of one or more layers.</summary>
    Format,

    /// <summary>Height and width of a convolution's kernel.</summary>
    Kernel,

    /// <summary>The channels inside a block over those of its input.</summary>
    Expansion,

    /// <summary>The channels of the output of a stage of blocks.</summary>
    Filters,

    /// <summary>Whether a block is left out; the first option keeps it.</summary>
    Skip,
}
