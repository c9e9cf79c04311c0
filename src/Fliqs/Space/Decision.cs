namespace Fliqs.Space;

/// <summary>One thing that a search settles: a name and the options to choose from.</summary>
/// <param name="Name">Unique in its search space, for instance <c>layer1.0.conv1</c>.</param>
/// <param name="Options">At least one name of an option, in a fixed order; an <see cref="Assignment"/> holds indices into it.</param>
public sealed record Decision(string Name, IReadOnlyList<string> Options);
