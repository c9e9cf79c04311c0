namespace Fliqs.Space;

/// <summary>One thing that a search settles: a name and the options to choose from.</summary>
/// <param name="Name">Unique in its search space, for instance <c>layer1.0.conv1</c>.</param>
/// <param name="Options">At least one name of an option, in a fixed order; an <see cref="Assignment"/> holds indices into it.</param>
public sealed record Decision(string Name, IReadOnlyList<string> Options)
{
    /// <summary>What it is about.</summary>
    public DecisionKind Kind { get; init; }

    /// <summary>
    /// Index of the decision that can leave this one without effect, by any option but its first: the skip of a block leaves its
    /// kernel without effect. Null for a decision that always counts.
    /// </summary>
    public int? SkippedBy { get; init; }
}
