using System.CommandLine;
using System.Globalization;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Cli;

/// <summary>What search and train have in common: the run folder, going on with a run, and how it is shown.</summary>
internal sealed class RunOptions
{
    private readonly ConfigOptions config;
    private readonly Option<string?> resume = new("--resume")
    {
        Description = "go on with an interrupted run: its folder, or that of --out, or the newest in runs/",
        HelpName = "FOLDER",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> json = new("--json") { Description = "print one JSON object on standard output and nothing else there" };
    private readonly Option<bool> quiet = new("--quiet") { Description = "no progress" };

    public RunOptions(Command command, Verbs verb)
    {
        config = new ConfigOptions(command, verb);
        foreach (var option in new Option[] { resume, json, quiet })
            command.Options.Add(option);
    }

    /// <summary>Runs an experiment from a command line and prints its result.</summary>
    public int Run(ParseResult parsed, Func<RunConfig, Experiment> create, Action<RunResult> print)
    {
        var given = config.Read(parsed);
        var earlier = parsed.GetResult(resume) is null ? null : EarlierRun(parsed.GetValue(resume), given.Out);
        if (earlier is not null)
            given = config.Read(parsed, earlier.Config);
        using var experiment = create(given);
        var folder = earlier ?? RunFolder.Create(given.Out ?? Path.Combine("runs", NewName(experiment.Config)));
        using var interrupt = new InterruptSignal();
        using var console = new RunConsole(folder.Root, parsed.GetValue(quiet));
        try
        {
            var result = experiment.Run(folder, console, earlier is not null, interrupt.Token);
            console.Done();
            if (parsed.GetValue(json))
                Console.Out.Write(result.ToJson());
            else
                print(result);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            console.Done();
            Console.Error.WriteLine($"fliqs: interrupted; go on with: fliqs {parsed.CommandResult.Command.Name} --resume {folder.Root}");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>The folder to go on with; null where --out names one that has not begun.</summary>
    private static RunFolder? EarlierRun(string? named, string? output)
    {
        if (named is not null)
            return RunFolder.Open(named);
        if (output is not null)
            return Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any() ? RunFolder.Open(output) : null;
        var newest = Directory.Exists("runs")
            ? Directory.GetDirectories("runs").Where(d => !File.Exists(Path.Combine(d, "result.json"))).Max(StringComparer.Ordinal)
            : null;
        return newest is null
            ? throw new InputException("--resume: there is no interrupted run in runs/; name its folder")
            : RunFolder.Open(newest);
    }

    private static string NewName(RunConfig config)
    {
        var time = DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        return $"{time}-{config.Data}-{config.Model}-{config.Seed}";
    }
}
