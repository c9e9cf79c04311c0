using System.Reflection;
using Fliqs.Numerics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using YamlDotNet.Serialization;

namespace Fliqs.Config;

/// <summary>Reads and writes configurations: a YAML mapping of keys to values, nothing nested, every key known.</summary>
public static class ConfigFile
{
    /// <summary>Stands in the files of runs and says nothing to another run.</summary>
    private const string VerbKey = "verb";

    /// <summary>All keys, in the order in which they are shown.</summary>
    public static IReadOnlyList<ConfigKey> Keys { get; } =
    [
        .. typeof(RunConfig).GetProperties()
            .OrderBy(p => p.DeclaringType == typeof(RunConfig))     // .NET lists what is inherited last
            .Select(p => (Property: p, Attribute: p.GetCustomAttribute<ConfigKeyAttribute>()))
            .Where(p => p.Attribute is not null)
            .Select(p => new ConfigKey(p.Property, p.Attribute!)),
    ];

    /// <summary>A configuration from the keys of files and of the command line.</summary>
    /// <param name="files">Paths of YAML files; a later one wins over an earlier one.</param>
    /// <param name="line">Key and text, as given on the command line, which wins over the files.</param>
    /// <exception cref="InputException">A file cannot be read, or a key or value is wrong.</exception>
    public static RunConfig Read(IEnumerable<string> files, IEnumerable<(string Key, string Text)> line)
    {
        var config = new RunConfig();
        foreach (var file in files)
            foreach (var (key, text) in ReadYaml(file).Where(k => k.Key != VerbKey))
                Find(key, file).Set(config, text, $"{file}: {key}");
        foreach (var (key, text) in line)
            Find(key, "command line").Set(config, text, $"--{key}");
        return config;
    }

    /// <summary>A configuration with some keys set anew.</summary>
    /// <param name="config">Stays as it is.</param>
    /// <param name="verb">The verb that has to take the keys.</param>
    /// <param name="source">Where the keys were given, for messages.</param>
    /// <param name="keys">Key and text.</param>
    /// <exception cref="InputException">A key is unknown to the verb, or a value is wrong.</exception>
    public static RunConfig With(RunConfig config, Verbs verb, string source, IEnumerable<(string Key, string Text)> keys)
    {
        var changed = config with { };
        foreach (var (name, text) in keys)
        {
            var key = Find(name, source);
            if (!key.BelongsTo(verb))
                throw new InputException($"{source}: '{name}' is not an option of {verb.ToString().ToLowerInvariant()}");
            key.Set(changed, text, $"{source}: {name}");
        }

        return changed;
    }

    /// <summary>The keys that a verb takes, as in a configuration; all others at their defaults.</summary>
    public static RunConfig For(Verbs verb, RunConfig config)
    {
        var own = new RunConfig();
        foreach (var key in Keys.Where(k => k.BelongsTo(verb)))
            key.Copy(config, own);
        return own;
    }

    /// <summary>The configuration as YAML, every key that is set.</summary>
    /// <param name="config">The configuration.</param>
    /// <param name="verb">What made the run that it is of, <c>search</c> or <c>train</c>; null for that of none.</param>
    public static string Write(RunConfig config, string? verb = null) => new SerializerBuilder().WithNewLine("\n").Build().Serialize(new YamlMappingNode(
        from key in Keys.Select(k => (k.Name, Value: k.ValueIn(config))).Prepend((Name: VerbKey, Value: verb))
        where key.Value is not null
        select KeyValuePair.Create<YamlNode, YamlNode>(key.Name, Quoted(key.Value))));

    /// <summary>What made the run that a file is of; null where the file does not say.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static string? VerbOf(string file) => ReadYaml(file).FirstOrDefault(k => k.Key == VerbKey).Text;

    /// <summary>In quotes only where a plain value would lose a tab or the end of a line.</summary>
    private static YamlScalarNode Quoted(string value) =>
        new(value) { Style = value.Any(char.IsControl) ? ScalarStyle.DoubleQuoted : ScalarStyle.Any };

    private static ConfigKey Find(string name, string source) =>
        Keys.FirstOrDefault(k => k.Name == name)
        ?? throw new InputException($"{source}: unknown key '{name}'{NameSuggestion.Hint(name, Keys.Select(k => k.Name))}");

    private static List<(string Key, string Text)> ReadYaml(string file)
    {
        if (Directory.Exists(file))
            throw new InputException($"{file}: is a folder, not a configuration file");
        if (!File.Exists(file))
            throw new InputException($"{file}: no such configuration file");
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(File.ReadAllText(file)));
            if (yaml.Documents.Count == 0)
                return [];
            if (yaml.Documents.Count > 1)
                throw new InputException($"{file}: has to be one document, but another begins with '---'");
            if (yaml.Documents[0].RootNode is not YamlMappingNode root)
                throw new InputException($"{file}: has to be a mapping of keys to values, such as 'model: resnet20'");
            return [.. root.Children.Select(entry => (Scalar(entry.Key, file), Value(entry.Value, file, entry.Key.ToString())))];
        }
        catch (YamlException e)
        {
            throw new InputException($"{file}: line {e.Start.Line}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{file}: cannot be read: {e.Message}", e);
        }
    }

    private static string Scalar(YamlNode node, string file) => node is YamlScalarNode { Value: { } text }
        ? text
        : throw new InputException($"{file}: line {node.Start.Line}: a key has to be a plain word");

    /// <summary>A plain value, or a list of them, which reads as the values with commas between.</summary>
    private static string Value(YamlNode node, string file, string key) => node switch
    {
        YamlScalarNode scalar => scalar.Value ?? "",
        YamlSequenceNode list => string.Join(',', list.Children.Select(c => Value(c, file, key))),
        _ => throw new InputException($"{file}: line {node.Start.Line}: {key} has to be a value, not a mapping"),
    };
}
