using Fliqs.Storage;

namespace Fliqs.Config;

/// <summary>Configurations as commands.</summary>
public static class CommandText
{
    /// <summary>
    /// The arguments of <c>fliqs</c> that stand for a configuration: the verb, and every key that is not at its default. What is solved anew
    /// trains nothing, and has the target of the earlier run where none is given.
    /// </summary>
    public static IReadOnlyList<string> Arguments(Verbs verb, RunConfig config) =>
    [
        verb.ToString().ToLowerInvariant(),
        .. ConfigFile.Keys
            .Where(k => k.BelongsTo(verb) && k.ValueIn(config) is { } value && (value != k.Default || (config.ReSolve is not null && k.Name == "target")))
            .Where(k => config.ReSolve is null || k.Name is not ("uniform" or "from-scratch"))
            .SelectMany(k => new[] { "--" + k.Name, k.ValueIn(config)! }),
    ];

    /// <summary>The same as a line that can be typed.</summary>
    public static string Of(Verbs verb, RunConfig config) =>
        "fliqs " + string.Join(' ', Arguments(verb, config).Select(ShellWord.Quote));
}
