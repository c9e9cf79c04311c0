using System.CommandLine;
using Fliqs.Comparison;

namespace Fliqs.Cli;

internal static class CompareCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "compare", "train by several methods at several budgets and seeds, and sum up how they fare",
            "fliqs compare --targets 1.0xINT3,1.15xINT4 --seeds 1,2,3 --out runs/comparison")
        {
            Epilogue = ComparedRuns.Epilogue,
        };
        var runs = new ComparedRuns(command);
        command.SetAction(parsed => runs.Run(parsed, "comparison", config => config, (_, cells, failures) =>
        {
            var report = ComparisonReport.Of(cells, failures);
            return (report.ToJson(), report.ToMarkdown(), () => ResultTable.PrintTable(
                ["target", "method"], ["seeds", "test accuracy, %", "cost / target", "gap recovered", "seconds", "MB"], [],
                report.Rows.Select(r => ComparisonReport.Cells(r).ToArray())));
        }));
        return command;
    }
}
