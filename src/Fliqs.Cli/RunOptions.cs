using System.CommandLine;
using System.Globalization;
using Fliqs.Config;
using Fliqs.Results;
using Fliqs.Storage;

namespace Fliqs.Cli;

/// <summary>What search and train have in common: the run folder, going on with a run, and how it is shown.</summary>
internal sealed class RunOptions
{
    private const string Runs = "runs";
    private readonly ConfigOptions config;
    private readonly Verbs verb;
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
        (config, this.verb) = (new ConfigOptions(command, verb), verb);
        foreach (var option in new Option[] { resume, json, quiet })
            command.Options.Add(option);
    }

    /// <summary>Runs an experiment from a command line and prints its result.</summary>
    public int Run(ParseResult parsed, Func<RunConfig, Experiment> create)
    {
        var given = Read(parsed);
        var earlier = parsed.GetResult(resume) is null ? null : EarlierRun(parsed.GetValue(resume), given.Out);
        if (earlier is not null)
        {
            if (ConfigFile.VerbOf(earlier.Config) is { } begun && begun != parsed.CommandResult.Command.Name)
                throw new InputException($"{earlier.Root}: was begun by 'fliqs {begun}'; go on with it by: fliqs {begun} --resume {ShellWord.Quote(earlier.Root)}");
            given = Read(parsed, earlier.Config);
            RunIdentity.Check(verb, given, ConfigFile.Read([earlier.Config], []), earlier.Root);
        }
        else if (given.ReSolve is { } solved)
        {
            if (given.Uniform == true || given.FromScratch)
                throw new InputException($"re-solve {solved}: trains nothing; leave out uniform and from-scratch");
            given = Read(parsed, RunFolder.Open(solved).Config) with { Out = given.Out, Uniform = false, FromScratch = false };
        }

        return earlier is not null && File.Exists(earlier.Result) ? Complete(parsed, earlier) : Run(parsed, create, given, earlier);
    }

    /// <summary>A file may hold keys of other verbs, which do nothing here.</summary>
    private RunConfig Read(ParseResult parsed, string? under = null) => ConfigFile.For(verb, config.Read(parsed, under));

    private int Run(ParseResult parsed, Func<RunConfig, Experiment> create, RunConfig given, RunFolder? earlier)
    {
        using var experiment = create(given);
        var folder = earlier ?? RunFolder.Create(given.Out ?? NewFolder(experiment.Config));
        using var console = new RunConsole(experiment.Target, experiment.CostUnit, parsed.GetValue(quiet));
        using var interrupt = new InterruptSignal(() => console.OnNote("stopping after this step; Ctrl-C again ends at once, without a checkpoint"));
        if (earlier is null)
            console.OnNote($"run folder {folder.Root}");
        try
        {
            var result = experiment.Run(folder, console, earlier is not null, interrupt.Token);
            console.Dispose();
            Print(parsed, result);
            return ExitCode.Done;
        }
        catch (OperationCanceledException)
        {
            console.Dispose();
            Console.Error.WriteLine($"fliqs: interrupted, a checkpoint is saved; go on with: fliqs {parsed.CommandResult.Command.Name} --resume {ShellWord.Quote(folder.Root)}");
            return ExitCode.Interrupted;
        }
        catch (IOException e) when (File.Exists(folder.Config))
        {
            throw new IOException($"{e.Message}; once that is mended go on with: fliqs {parsed.CommandResult.Command.Name} --resume {ShellWord.Quote(folder.Root)}", e);
        }
    }

    private int Complete(ParseResult parsed, RunFolder folder)
    {
        var result = RunResult.Load(folder);
        if (!parsed.GetValue(quiet))
            Console.Error.WriteLine($"{folder.Root}: this run is complete; its result:");
        Print(parsed, result);
        return ExitCode.Done;
    }

    private void Print(ParseResult parsed, RunResult result)
    {
        if (parsed.GetValue(json))
            Console.Out.Write(result.ToJson());
        else
            ResultTable.Print(result);
    }

    /// <summary>The folder to go on with; null where --out names one that has not begun.</summary>
    private static RunFolder? EarlierRun(string? named, string? output)
    {
        if (named is "")
            throw new InputException("--resume: the value is empty; name a run folder, or nothing for the newest in runs/");
        if (named is not null && output is not null && Path.GetFullPath(named) != Path.GetFullPath(output))
            throw new InputException($"--resume {named} and --out {output} are two folders; a run goes on in its own, leave out --out");
        if (named is not null)
            return RunFolder.Open(named);
        if (output is not null)
            return Directory.Exists(output) && Directory.EnumerateFileSystemEntries(output).Any() ? RunFolder.Open(output) : null;
        return RunFolder.NewestUnfinished(Runs) ?? throw new InputException($"--resume: there is no interrupted run in {Runs}/; name its folder");
    }

    /// <summary>The time makes names that sort; a number makes those of the same second differ.</summary>
    private static string NewFolder(RunConfig config)
    {
        var time = DateTime.Now.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        var name = Path.Combine(Runs, $"{time}-{config.Data}-{Path.GetFileNameWithoutExtension(config.Model)}-{config.Seed}");
        return Enumerable.Range(1, int.MaxValue).Select(i => i == 1 ? name : $"{name}-{i}").First(path => !Path.Exists(path));
    }
}
