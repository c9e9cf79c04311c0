using Fliqs.Numerics;

namespace Fliqs.Cost;

/// <summary>The cost models by name.</summary>
public static class CostModels
{
    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<ICostModel> All { get; } = [new BitOperations(), new ModelSize(), new BitSum()];

    /// <summary>Finds a cost model by name.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static ICostModel Parse(string name) =>
        All.FirstOrDefault(m => m.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"unknown cost '{name}'{NameSuggestion.Hint(name, Names)}; known: {string.Join(", ", Names)}");

    private static IEnumerable<string> Names => [.. All.Select(m => m.Name), Latency.CostName];
}
