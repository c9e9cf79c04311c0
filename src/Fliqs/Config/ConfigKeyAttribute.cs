namespace Fliqs.Config;

/// <summary>Makes a property of <see cref="RunConfig"/> a key: of the command line, and of configuration files.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ConfigKeyAttribute(string description, Verbs verbs) : Attribute
{
    /// <summary>One line for the help.</summary>
    public string Description { get; } = description;

    /// <summary>The verbs of the command line that take this key.</summary>
    public Verbs Verbs { get; } = verbs;

    /// <summary>The methods that take this key, with blanks between; null where that does not depend on the method.</summary>
    public string? Methods { get; init; }

    /// <summary>The least value of a number.</summary>
    public double Min { get; init; } = double.NegativeInfinity;

    /// <summary>The greatest value of a number.</summary>
    public double Max { get; init; } = double.PositiveInfinity;

    /// <summary>A number that the value has to exceed.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>A number that the value has to stay below.</summary>
    public double Below { get; init; } = double.PositiveInfinity;
}
