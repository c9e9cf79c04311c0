using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Config;

/// <summary>Reads the formats of layers from JSON: <c>{"conv1": {"weight": "INT8", "activation": "INT4"}}</c>, or a result.json.</summary>
public static class AssignmentFile
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Layer to formats.</summary>
    /// <exception cref="InputException">The file cannot be read; the message names the layer where it can.</exception>
    public static IReadOnlyDictionary<string, LayerFormats> Read(string file)
    {
        if (Directory.Exists(file))
            throw new InputException($"{file}: is a folder, not a file with the formats of layers");
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(file), documentOptions: Strict) as JsonObject
                ?? throw new InputException($"{file}: has to be an object of layer: {{weight, activation}}");
            var layers = root["assignment"] as JsonObject ?? root;
            return layers.ToDictionary(l => l.Key, l => new LayerFormats(Format(file, l, "weight"), Format(file, l, "activation")));
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: is not JSON: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static NumberFormat Format(string file, KeyValuePair<string, JsonNode?> layer, string side) =>
        NumberFormat.TryParse((layer.Value as JsonObject)?[side]?.ToString(), out var format)
            ? format
            : throw new InputException($"{file}: layer '{layer.Key}' names no known format for '{side}'");
}
