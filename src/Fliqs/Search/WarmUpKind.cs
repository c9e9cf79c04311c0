namespace Fliqs.Search;

/// <summary>The formats of the steps before the policy begins.</summary>
public enum WarmUpKind
{
    /// <summary>Every decision drawn uniformly from its options, anew in every step; as in the authors' code.</summary>
    Uniform,

    /// <summary>The most bits among the options, up to 8: weights learn undisturbed.</summary>
    High,
}
