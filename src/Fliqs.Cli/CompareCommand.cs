using System.CommandLine;
using System.Globalization;
using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Storage;

namespace Fliqs.Cli;

internal static class CompareCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "compare", "train by several methods at several budgets and seeds, and sum up how they fare",
            "fliqs compare --targets 1.0xINT3,1.15xINT4 --seeds 1,2,3 --out runs/comparison")
        {
            Epilogue = "Every run is a process of its own, in a folder of its own under --out. Runs that are complete are not made again: "
                + "the same command goes on with a comparison that was stopped, and tries again what failed.",
        };
        var options = new ConfigOptions(command, Verbs.Compare);
        var json = new Option<bool>("--json") { Description = "print one JSON object on standard output and nothing else there" };
        var quiet = new Option<bool>("--quiet") { Description = "no progress" };
        command.Options.Add(json);
        command.Options.Add(quiet);
        command.SetAction(parsed => Run(options.Read(parsed), parsed.GetValue(json), parsed.GetValue(quiet)));
        return command;
    }

    private static int Run(RunConfig config, bool json, bool quiet)
    {
        var root = config.Out ?? throw new InputException("name a folder for the runs with --out; the same command goes on with what is there");
        var cells = ComparisonPlan.Create(config, root);
        var left = cells.Where(c => c.Result() is null).ToList();
        foreach (var cell in left.Where(c => File.Exists(c.Config.Out)))
            throw new InputException($"{cell.Config.Out}: is a file where a run folder belongs");
        Directory.CreateDirectory(root);

        using var progress = new CellProgress(left.Count, quiet);
        using var interrupt = new InterruptSignal(() => progress.Note("stopping; every run under way saves a checkpoint"));
        var failures = new CellRunner(progress).Run(left, config.Jobs ?? 1, interrupt.Token);
        progress.Dispose();

        var report = ComparisonReport.Of(cells, failures);
        AtomicFile.WriteText(Path.Combine(root, "comparison.json"), report.ToJson());
        AtomicFile.WriteText(Path.Combine(root, "comparison.md"), report.ToMarkdown());
        if (json)
            Console.Out.Write(report.ToJson());
        else
            Print(report, Path.Combine(root, "comparison.md"));
        if (!interrupt.Token.IsCancellationRequested)
            return failures.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        Console.Error.WriteLine("fliqs: interrupted; the same command goes on from here");
        return ExitCode.Interrupted;
    }

    private static void Print(ComparisonReport report, string file)
    {
        ResultTable.PrintTable(
            ["target", "method"], ["seeds", "test accuracy, %", "cost / target", "gap recovered", "seconds", "MB"], [],
            report.Rows.Select(r => ComparisonReport.Cells(r).ToArray()));
        foreach (var run in report.Runs.Where(r => r.Failure is not null))
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"failed: {run.Name}: {run.Failure}"));
        Console.Out.WriteLine($"table and commands: {file}");
    }
}
