using System.Collections.Concurrent;
using Fliqs.Comparison;

namespace Fliqs.Cli;

/// <summary>Makes the runs of a comparison, some side by side, each in a process of its own.</summary>
/// <param name="progress">Is told what happens.</param>
internal sealed class CellRunner(CellProgress progress)
{
    private readonly ConcurrentDictionary<string, string> failures = new();

    /// <summary>Runs to the end, or until no new run may begin and those under way have saved a checkpoint.</summary>
    /// <returns>Why runs failed, by name.</returns>
    public IReadOnlyDictionary<string, string> Run(IReadOnlyList<ComparisonCell> cells, int jobs, CancellationToken stop)
    {
        Parallel.ForEachAsync(cells, new ParallelOptions { MaxDegreeOfParallelism = jobs }, async (cell, _) =>
        {
            if (!stop.IsCancellationRequested)
                await Run(cell, stop);
        }).GetAwaiter().GetResult();
        return failures;
    }

    private async Task Run(ComparisonCell cell, CancellationToken stop)
    {
        progress.Begin(cell.Name);
        var (exitCode, last) = await CellProcess.Run([.. cell.Arguments, "--resume"], text => progress.Line(cell.Name, text), stop);
        if (exitCode != ExitCode.Done && stop.IsCancellationRequested)
            return;
        if (exitCode != ExitCode.Done)
            failures[cell.Name] = last.StartsWith("fliqs: ", StringComparison.Ordinal) ? last["fliqs: ".Length..] : $"exit code {exitCode}: {last}";
        progress.End(cell.Name, exitCode == ExitCode.Done ? cell.Result()?.Accuracy : null, failures.GetValueOrDefault(cell.Name));
    }
}
