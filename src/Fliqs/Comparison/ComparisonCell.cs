using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;
using static System.FormattableString;

namespace Fliqs.Comparison;

/// <summary>One run of a comparison.</summary>
/// <param name="Method">The method's name in the comparison.</param>
/// <param name="Target">The budget as it was written; null for a run that has none, the reference in BF16.</param>
/// <param name="Limit">The budget in the unit of the cost; null where there is none.</param>
/// <param name="Verb"><c>search</c> or <c>train</c>.</param>
/// <param name="Config">The keys that the run is given.</param>
public sealed record ComparisonCell(string Method, string? Target, double? Limit, Verbs Verb, RunConfig Config)
{
    /// <summary>The budget of the search that this run solves anew without training; null for a run that trains.</summary>
    public string? ReSolvedFrom { get; init; }

    /// <summary>Method, target and seed, as the name of a folder.</summary>
    public string Name => Invariant($"{Method.Replace(':', '+')}{(Target is null ? "" : "-" + Target)}-seed{Config.Seed}");

    /// <summary>The arguments of <c>fliqs</c> that make this run, the run folder among them.</summary>
    public IReadOnlyList<string> Arguments => CommandText.Arguments(Verb, Config);

    /// <summary>The arguments as a line that can be typed.</summary>
    public string Command => CommandText.Of(Verb, Config);

    /// <summary>The result; null as long as the run is not complete.</summary>
    /// <exception cref="InputException">The folder holds another run, or its files are damaged.</exception>
    public RunResult? Result()
    {
        if (!File.Exists(Path.Combine(Config.Out!, "result.json")))
            return null;
        var folder = RunFolder.Open(Config.Out!);
        RunIdentity.Check(Verb, RunDefaults.Resolve(Config), ConfigFile.Read([folder.Config], []), folder.Root);
        return RunResult.Load(folder);
    }
}
