namespace Fliqs.Search;

/// <summary>The parts of a one-shot search.</summary>
public enum Phase
{
    /// <summary>Weights learn; the policy waits.</summary>
    WarmUp,

    /// <summary>Assignments are drawn from the policy, which learns.</summary>
    Explore,

    /// <summary>The chosen assignment is trained.</summary>
    Final,
}
