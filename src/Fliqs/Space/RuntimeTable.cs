using System.Text.Json;
using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>What a target computes in natively, by operation: one of the files in src/Fliqs/Space/Runtimes.</summary>
public sealed record RuntimeTable
{
    private const string Prefix = "Fliqs.Space.Runtimes.";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The names of all targets.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. typeof(RuntimeTable).Assembly.GetManifestResourceNames()
        .Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)).Select(n => n[Prefix.Length..^".json".Length]).Order()];

    /// <summary>The name, <c>onnxruntime-cpu</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The version that was looked up.</summary>
    public required string Version { get; init; }

    /// <summary>Whether exported INT8 weights have an offset, see <c>ExportOptions.OffsetInt8</c>.</summary>
    public required bool OffsetInt8 { get; init; }

    /// <summary>By operation: conv, depthwise, linear.</summary>
    public required IReadOnlyDictionary<string, RuntimeOperation> Operations { get; init; }

    /// <summary>Where it was looked up.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>The table of a target.</summary>
    /// <exception cref="InputException">There is none of that name.</exception>
    public static RuntimeTable Parse(string name)
    {
        using var stream = typeof(RuntimeTable).Assembly.GetManifestResourceStream($"{Prefix}{name}.json")
            ?? throw new InputException($"unknown runtime '{name}'{NameSuggestion.Hint(name, Names)}; known: {string.Join(", ", Names)}");
        return JsonSerializer.Deserialize<RuntimeTable>(stream, Json)!;
    }

    /// <summary>Takes away the formats that the target does not compute in, for weights and activations of every operation in question.</summary>
    /// <param name="formats">Of a search space.</param>
    /// <param name="operations">Operations of the network.</param>
    /// <returns>The formats that are left, and a line on those that are not; null where all are.</returns>
    /// <exception cref="InputException">None is left.</exception>
    public (IReadOnlyList<NumberFormat> Kept, string? Masked) Mask(IReadOnlyList<NumberFormat> formats, IReadOnlySet<string> operations)
    {
        var masked = formats.Select(f => (Format: f, Reason: Refusal(operations, f, f))).Where(m => m.Reason is not null).ToList();
        var text = $"runtime {Name} {Version}: {string.Join(", ", masked.Select(m => $"{m.Format} ({m.Reason})"))}";
        if (masked.Count == formats.Count)
            throw new InputException($"{text}; no format of the space is left, add one that it computes in");
        return ([.. formats.Except(masked.Select(m => m.Format))], masked.Count == 0 ? null : text + " left out of the space");
    }

    /// <summary>Why the target does not compute layers in a pair of formats; null where it does.</summary>
    public string? Refusal(IEnumerable<string> operations, NumberFormat weight, NumberFormat activation)
    {
        var reasons = operations.Order().SelectMany(o => new[]
        {
            Operations[o].Weights.Contains(weight.Name) ? null : $"{o} weights",
            Operations[o].Activations.Contains(activation.Name) ? null : $"{o} activations",
        }).OfType<string>().ToList();
        return reasons.Count == 0 ? null : string.Join(", ", reasons);
    }
}
