using System.Collections.Immutable;

namespace Fliqs.Space;

/// <summary>
/// One option index a decision, in the order of the decisions: the only thing that passes between space, policy, cost,
/// model and result. Immutable; equal when all indices are equal.
/// </summary>
public sealed class Assignment : IEquatable<Assignment>
{
    private readonly ImmutableArray<int> options;

    /// <summary>Takes a copy of <paramref name="options"/>: the index of the chosen option of every decision.</summary>
    public Assignment(params ReadOnlySpan<int> options) => this.options = [.. options];

    /// <summary>The number of decisions.</summary>
    public int Count => options.Length;

    /// <summary>The index of the option that is chosen for a decision.</summary>
    public int this[int decision] => options[decision];

    /// <summary>The indices, decision by decision.</summary>
    public ReadOnlySpan<int> AsSpan() => options.AsSpan();

    /// <summary>The same assignment but for one decision.</summary>
    public Assignment With(int decision, int option) => new(options.SetItem(decision, option).AsSpan());

    /// <inheritdoc/>
    public bool Equals(Assignment? other) => other is not null && AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Assignment);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var option in options)
            hash.Add(option);
        return hash.ToHashCode();
    }

    /// <summary>The indices, separated by blanks.</summary>
    public override string ToString() => string.Join(' ', options);
}
