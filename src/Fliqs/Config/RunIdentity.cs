using System.Text.Json.Nodes;

namespace Fliqs.Config;

/// <summary>The keys that make two runs the same run, so that a checkpoint of one can be gone on with.</summary>
public static class RunIdentity
{
    /// <summary>Keys that change where a run happens but not what it computes.</summary>
    private static readonly string[] Circumstances = ["out", "data-dir", "workers", "device", "uniform", "re-solve", "from-scratch"];

    /// <summary>The identity of a resolved configuration: the verb, and the keys that it takes.</summary>
    public static JsonObject Of(Verbs verb, RunConfig config)
    {
        var identity = new JsonObject { ["verb"] = verb.ToString().ToLowerInvariant() };
        foreach (var key in ConfigFile.Keys.Where(k => k.BelongsTo(verb) && !Circumstances.Contains(k.Name)))
            identity[key.Name] = key.ValueIn(config);
        return identity;
    }

    /// <summary>Compares a configuration with the one that a run was begun with.</summary>
    /// <exception cref="InputException">They differ; the message names the key.</exception>
    public static void Check(Verbs verb, RunConfig config, RunConfig begun, string source) => Check(Of(verb, config), Of(verb, begun), source);

    /// <summary>Compares a configuration with the one that a checkpoint was saved under.</summary>
    /// <exception cref="InputException">They differ; the message names the key.</exception>
    public static void Check(Verbs verb, RunConfig config, JsonNode checkpoint, string source) => Check(Of(verb, config), checkpoint["run"], source);

    private static void Check(JsonObject identity, JsonNode? saved, string source)
    {
        foreach (var (key, value) in identity)
        {
            if (saved?[key]?.ToString() is var old && old != value?.ToString())
                throw new InputException($"{source}: is of another run, with {key} {old ?? "unset"} instead of {value?.ToString() ?? "unset"}");
        }
    }
}
