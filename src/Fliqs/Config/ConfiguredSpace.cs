using Fliqs.Export;
using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Config;

/// <summary>The decisions on formats that a configuration describes.</summary>
public static class ConfiguredSpace
{
    private const string SharedInput = "shared-input";

    /// <summary>The formats to choose from, and a line on those of the space that the target does not compute in; null for none.</summary>
    /// <exception cref="InputException">Unknown formats or an unknown target, or no format is left.</exception>
    public static (IReadOnlyList<NumberFormat> Formats, string? Masked) Formats(RunConfig config, QuantizedModel model)
    {
        var formats = NamedSpaces.Parse(config.Space);
        return config.Runtime is { } runtime
            ? RuntimeTable.Parse(runtime).Mask(formats, LayerKind.Of(model).Values.Select(k => k.Split(' ')[0]).ToHashSet())
            : (formats, null);
    }

    /// <summary>The space over the formats of a network's layers.</summary>
    /// <param name="config">Resolved.</param>
    /// <param name="model">The network.</param>
    /// <param name="elastic">The architectures that are searched too; null where they are not.</param>
    /// <exception cref="InputException">Unknown formats, or groups that mean no layers or a single one.</exception>
    public static SearchSpace Create(RunConfig config, QuantizedModel model, ElasticLayers? elastic = null) => SearchSpace.Create(
        model.Shapes, Formats(config, model).Formats, config.Granularity, config.Activations!.Value, elastic, [.. Groups(config.Group, model)]);

    private static IEnumerable<IReadOnlyList<string>> Groups(string? text, QuantizedModel model)
    {
        var names = model.Layers.Where(l => l.Layer.Pinned is null).Select(l => l.Name).ToList();
        foreach (var group in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (group == SharedInput)
            {
                foreach (var readers in SharedInputs(model))
                    yield return readers;
                continue;
            }

            var meant = group.Split('+').SelectMany(pattern => LayerPattern.Find(pattern, names, $"group {group}")).Distinct().ToList();
            if (meant.Count < 2)
                throw new InputException($"group {group}: means the layer '{meant[0]}' alone; add another by +, or use a pattern such as layer1.*");
            yield return meant;
        }
    }

    private static IReadOnlyList<IReadOnlyList<string>> SharedInputs(QuantizedModel model) => model.SharedInputs() is { Count: > 0 } groups
        ? groups
        : throw new InputException($"group {SharedInput}: no two layers of the model read the same tensor; leave it out");
}
