using System.Diagnostics;
using System.Globalization;
using Fliqs.Cost;
using Fliqs.Search;

namespace Fliqs.Cli;

/// <summary>
/// Shows a run on standard error: in a terminal one line that is kept up to date and a line for every epoch, in a pipe or a
/// file plain lines.
/// </summary>
/// <param name="target">The limit on the cost; null where there is none.</param>
/// <param name="unit">Of costs.</param>
/// <param name="quiet">Shows nothing.</param>
internal sealed class RunConsole(double? target, string unit, bool quiet) : IRunObserver, IDisposable
{
    private readonly LiveLine line = new(quiet);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private (int Step, TimeSpan Time)? first;
    private int lastStep = -1;

    public void OnStep(StepRecord step, int totalSteps)
    {
        var now = clock.Elapsed;
        if (first is null || step.Step < lastStep)
            first = (step.Step, now);
        lastStep = step.Step;
        line.Progress(() => Text(
            $"{(step.Step + 1) / (double)totalSteps,4:P0}", TimeLeft.Text(now - first.Value.Time, step.Step - first.Value.Step, totalSteps - 1 - first.Value.Step),
            Cost(step.Cost), F("reward", step.Reward), F("entropy", step.Entropy), step.Phase, F("loss", step.Loss)));
    }

    public void OnEpoch(EpochRecord epoch) => OnNote(Text(
        $"epoch {epoch.Epoch}", F("loss", epoch.Loss), $"train {epoch.TrainingAccuracy:P1}", $"validation {epoch.ValidationAccuracy:P1}",
        Cost(epoch.Cost), F("entropy", epoch.Entropy)));

    public void OnNote(string message) => line.Write(message);

    /// <summary>Clears the live line.</summary>
    public void Dispose() => line.Dispose();

    private static string Text(params string?[] parts) => string.Join("  ", parts.Where(p => p is not null));

    private string? Cost(double? cost)
    {
        if (cost is not { } value)
            return null;
        if (target is not { } limit)
            return $"cost {CostText.Amount(value, unit)}";
        var (factor, shownUnit) = CostText.Scale(limit, unit);
        return $"cost {CostText.Number(value * factor)}/{CostText.Number(limit * factor)} {shownUnit}";
    }

    private static string? F(string name, double? value) =>
        value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name} {number:0.000}") : null;
}
