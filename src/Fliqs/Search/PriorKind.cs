namespace Fliqs.Search;

/// <summary>What the policy knows when it begins.</summary>
public enum PriorKind
{
    /// <summary>Nothing: all options are equally likely.</summary>
    None,

    /// <summary>The expected rise of the loss for every option, from the gradients of the warm-up. See <see cref="FisherCritic"/>.</summary>
    Fisher,

    /// <summary>The same, but with the errors of a sample (of an output channel, for weights) taken together.</summary>
    FisherBlock,
}
