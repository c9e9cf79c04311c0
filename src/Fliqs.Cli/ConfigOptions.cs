using System.CommandLine;
using Fliqs.Config;

namespace Fliqs.Cli;

/// <summary>The keys of a configuration as options of a verb, with --config for a file of them.</summary>
internal sealed class ConfigOptions
{
    private readonly Option<string?> file = new("--config") { Description = "YAML file of these options; the command line wins", HelpName = "FILE" };
    private readonly List<(ConfigKey Key, Option<string?> Option)> options;

    public ConfigOptions(Command command, Verbs verb)
    {
        options = [.. ConfigFile.Keys.Where(k => k.BelongsTo(verb)).Select(k => (k, OptionOf(k)))];
        command.Options.Add(file);
        foreach (var (_, option) in options)
            command.Options.Add(option);
    }

    /// <summary>The configuration that a command line stands for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="under">A file whose keys hold unless --config or the command line says otherwise.</param>
    public RunConfig Read(ParseResult parsed, string? under = null) =>
        ConfigFile.Read(new[] { under, parsed.GetValue(file) }.OfType<string>(), options
            .Where(o => parsed.GetResult(o.Option) is { Implicit: false })
            .Select(o => (o.Key.Name, parsed.GetValue(o.Option) ?? (o.Key.IsSwitch ? "true" : ""))));

    private static Option<string?> OptionOf(ConfigKey key) => new("--" + key.Name)
    {
        Description = key.Description + (key.Default is { } value ? $" [{value}]" : ""),
        HelpName = key.Name switch
        {
            "out" or "data-dir" or "re-solve" => "FOLDER",
            "table" or "assignment" or "weights" => "FILE",
            "teacher" => "PATH",
            _ when key.IsSwitch => "true|false",
            _ => key.Name.Split('-')[^1].ToUpperInvariant(),
        },
        Arity = key.IsSwitch ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };
}
