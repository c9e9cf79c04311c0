using System.Text.Json;
using System.Text.Json.Nodes;
using Fliqs.Tests.Architecture;

namespace Fliqs.Tests.Results;

/// <summary>Holds results against docs/result.schema.json, as far as that goes: types, what is required, and nothing that is not described.</summary>
internal static class ResultSchema
{
    private static readonly JsonNode Root = JsonNode.Parse(File.ReadAllText(Path.Combine(SourceTree.Root, "docs", "result.schema.json")))!;

    public static void Check(JsonNode result) => Check(Root, result, "result.json");

    private static void Check(JsonNode schema, JsonNode? value, string path)
    {
        if ((string?)schema["$ref"] is { } reference)
            schema = reference.Split('/').Skip(1).Aggregate(Root, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!);
        if (schema["type"] is { } type)
            Assert.True((type as JsonArray ?? [type.DeepClone()]).Any(t => Is(value, (string)t!)), $"{path} is {value?.ToJsonString() ?? "null"}, not {type.ToJsonString()}");
        if (value is JsonArray array && schema["items"] is { } items)
            foreach (var (i, item) in array.Index())
                Check(items, item, $"{path}[{i}]");
        if (value is not JsonObject entries)
            return;
        Assert.All(schema["required"]?.AsArray() ?? [], name => Assert.True(entries.ContainsKey((string)name!), $"{path} has no {name}"));
        foreach (var (name, entry) in entries)
            Check((schema["properties"]?[name] ?? schema["additionalProperties"])
                ?? throw new InvalidOperationException($"{path}.{name} is not described"), entry, $"{path}.{name}");
    }

    private static bool Is(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && double.IsInteger(value.GetValue<double>()),
        _ => value?.GetValueKind() == JsonValueKind.Number,
    };
}
