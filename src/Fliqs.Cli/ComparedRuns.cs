using System.CommandLine;
using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Report;
using Fliqs.Storage;

namespace Fliqs.Cli;

/// <summary>What compare and pareto have in common: they make the runs of a plan, and sum up those that are complete.</summary>
internal sealed class ComparedRuns
{
    public const string Epilogue =
        "Every run is a process of its own, in a folder of its own under --out. Runs that are complete are not made again: "
        + "the same command goes on with what was stopped, and tries again what failed.";

    private readonly ConfigOptions options;
    private readonly Option<bool> json = new("--json") { Description = "print one JSON object on standard output and nothing else there" };
    private readonly Option<bool> quiet = new("--quiet") { Description = "no progress" };

    public ComparedRuns(Command command)
    {
        options = new ConfigOptions(command, Verbs.Compare);
        command.Options.Add(json);
        command.Options.Add(quiet);
    }

    /// <summary>Makes the runs and the files NAME.json and NAME.md, and prints one of them or a summary.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">Of the files.</param>
    /// <param name="defaults">Fills in keys that are not set.</param>
    /// <param name="sumUp">The report on cells and failures: as JSON, as Markdown, and a way to print it.</param>
    public int Run(
        ParseResult parsed, string name, Func<RunConfig, RunConfig> defaults,
        Func<RunConfig, IReadOnlyList<ComparisonCell>, IReadOnlyDictionary<string, string>, (string Json, string Markdown, Action Print)> sumUp)
    {
        var config = defaults(options.Read(parsed));
        var root = config.Out ?? throw new InputException("name a folder for the runs with --out; the same command goes on with what is there");
        if (RunFolder.IsAt(root))
            throw new InputException($"{root}: is the folder of a run; give another with --out");
        var cells = ComparisonPlan.Create(config, root);
        var left = cells.Where(c => c.Result() is null).ToList();
        foreach (var cell in left.Where(c => File.Exists(c.Config.Out)))
            throw new InputException($"{cell.Config.Out}: is a file where a run folder belongs");
        Directory.CreateDirectory(root);

        using var progress = new CellProgress(left.Count, parsed.GetValue(quiet));
        using var interrupt = new InterruptSignal(() => progress.Note("stopping; every run under way saves a checkpoint"));
        var runner = new CellRunner(progress);
        runner.Run([.. left.Where(c => c.ReSolvedFrom is null)], config.Jobs ?? 1, interrupt.Token);
        var failures = runner.Run([.. left.Where(c => c.ReSolvedFrom is not null)], config.Jobs ?? 1, interrupt.Token);
        progress.Dispose();

        var report = sumUp(config, cells, failures);
        var files = Path.Combine(root, name);
        AtomicFile.WriteText(files + ".json", report.Json);
        AtomicFile.WriteText(files + ".md", report.Markdown);
        HtmlReport.Of(root).Write(Path.Combine(root, "report.html"));
        if (parsed.GetValue(json))
        {
            Console.Out.Write(report.Json);
        }
        else
        {
            report.Print();
            foreach (var cell in cells.Where(c => failures.ContainsKey(c.Name)))
                Console.Out.WriteLine($"failed: {cell.Name}: {failures[cell.Name]}");
            Console.Out.WriteLine($"table and commands: {files}.md, charts: {Path.Combine(root, "report.html")}");
        }

        if (!interrupt.Token.IsCancellationRequested)
            return failures.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        Console.Error.WriteLine("fliqs: interrupted; the same command goes on from here");
        return ExitCode.Interrupted;
    }
}
