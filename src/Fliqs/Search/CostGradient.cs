namespace Fliqs.Search;

/// <summary>How the policy learns about cost.</summary>
public enum CostGradient
{
    /// <summary>From the reward of the sample, as published.</summary>
    Sampled,

    /// <summary>From the derivative of the penalty at the expected cost, which has no noise; the reward is the quality alone.</summary>
    Exact,
}
