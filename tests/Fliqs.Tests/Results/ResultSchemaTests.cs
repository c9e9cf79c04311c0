using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Fliqs.Results;
using Fliqs.Storage;
using Fliqs.Tests.Architecture;

namespace Fliqs.Tests.Results;

/// <summary>docs/result.schema.json describes what the code writes: it is made of the types and their documentation.</summary>
public sealed class ResultSchemaTests
{
    private static readonly Dictionary<string, XElement> Documentation = XDocument
        .Load(Path.ChangeExtension(typeof(RunResult).Assembly.Location, ".xml")).Descendants("member").ToDictionary(m => m.Attribute("name")!.Value);

    [Fact]
    public void The_schema_on_file_is_that_of_the_result()
    {
        var path = Path.Combine(SourceTree.Root, "docs", "result.schema.json");
        var options = new JsonSerializerOptions(JsonFormat.Compact) { TypeInfoResolver = new DefaultJsonTypeInfoResolver(), NumberHandling = JsonNumberHandling.Strict };
        var schema = options.GetJsonSchemaAsNode(typeof(RunResult), new JsonSchemaExporterOptions
        {
            TreatNullObliviousAsNonNullable = true,
            TransformSchemaNode = (context, node) =>
            {
                if (node is JsonObject described && context.PropertyInfo is { } property && Describe(property.DeclaringType, property.Name) is { } text)
                    described.Insert(0, "description", text);
                if (node["required"] is JsonArray required && node["properties"] is JsonObject properties)
                    required.RemoveAll(name => properties[(string)name!]!["type"] is JsonArray);    // null is left out
                return node;
            },
        }).AsObject();
        schema.Insert(0, "title", "result.json of a run of fliqs, version 1; sections that are null are left out");
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        var wanted = schema.ToJsonString(new JsonSerializerOptions(options) { WriteIndented = true }) + "\n";
        if (Environment.GetEnvironmentVariable("FLIQS_ACCEPT_API") == "1")
            File.WriteAllText(path, wanted);
        Assert.Equal(wanted, File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : "");
    }

    /// <summary>What the documentation says of a property: in its own summary, or as a parameter of the record.</summary>
    private static string? Describe(Type type, string name)
    {
        var property = type.GetProperties().FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var text = property is null ? null
            : Documentation.GetValueOrDefault($"P:{type.FullName}.{property.Name}")?.Element("summary")
            ?? Documentation.GetValueOrDefault($"T:{type.FullName}")?.Elements("param").FirstOrDefault(p => p.Attribute("name")!.Value == property.Name);
        return text is null ? null : Regex.Replace(string.Concat(text.Nodes().Select(Plain)), @"\s+", " ").Trim();

        static string Plain(XNode node) => node is XElement { Name.LocalName: "see" } see
            ? see.Attribute("cref")!.Value.Split('.')[^1]
            : node is XElement element ? element.Value : node.ToString();
    }
}
