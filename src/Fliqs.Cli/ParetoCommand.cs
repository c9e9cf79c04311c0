using System.CommandLine;
using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Numerics;

namespace Fliqs.Cli;

internal static class ParetoCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "pareto", "train at many budgets, and find which cost buys which accuracy",
            "fliqs pareto --methods uniform,fliqs --targets 1.0xINT3,1.0xINT4,1.0xINT5,1.0xINT6 --seeds 1,2,3 --out runs/front")
        {
            Epilogue = ComparedRuns.Epilogue
                + " Without --targets the budgets are the costs of uniform formats of the space, one for every width, without --methods uniform and fliqs are run.",
        };
        var runs = new ComparedRuns(command);
        command.SetAction(parsed => runs.Run(parsed, "pareto", WithDefaults, (config, cells, failures) =>
        {
            var report = ParetoReport.Of(config, cells, failures);
            return (report.ToJson(), report.ToMarkdown(), () => Print(report));
        }));
        return command;
    }

    private static RunConfig WithDefaults(RunConfig config)
    {
        if (config.Methods == ComparisonPlan.Reference)
            throw new InputException($"methods: {config.Methods} has no budget, and a front is of methods at budgets; name others too");
        return config with
        {
            Methods = config.Methods ?? "uniform,fliqs",
            Targets = config.Targets ?? string.Join(',', Formats(config).DistinctBy(f => f.Bits).OrderBy(f => f.Bits).Select(f => $"1.0x{f}")),
        };
    }

    private static IReadOnlyList<NumberFormat> Formats(RunConfig config)
    {
        using var model = ConfiguredModel.Create(RunDefaults.Resolve(config));
        return ConfiguredSpace.Formats(config, model).Formats;
    }

    private static void Print(ParetoReport report)
    {
        ResultTable.PrintTable(
            ["method", "target"], [.. report.PointColumns.Skip(2).Take(3)], ["front"], report.Points.Select(p => report.Cells(p).ToArray()));
        ResultTable.PrintTable(["method"], ["hypervolume"], [], report.Methods.Select(m => ParetoReport.Cells(m).ToArray()));
        Console.Out.WriteLine(report.Explanation);
    }
}
