using System.Diagnostics;
using System.Globalization;
using Fliqs.Search;

namespace Fliqs.Cli;

/// <summary>
/// Shows a run on standard error: in a terminal one line that is kept up to date and a line for every epoch, in a pipe or a
/// file plain lines.
/// </summary>
internal sealed class RunConsole : IRunObserver, IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);
    private readonly bool quiet;
    private readonly bool terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan shown;
    private (int Step, TimeSpan Time)? first;
    private int lastStep = -1;

    public RunConsole(string folder, bool quiet)
    {
        this.quiet = quiet;
        Line($"run folder {folder}");
    }

    public void OnStep(StepRecord step, int totalSteps)
    {
        var now = clock.Elapsed;
        if (first is null || step.Step < lastStep)
            first = (step.Step, now);
        lastStep = step.Step;
        if (now - shown < (terminal ? TerminalInterval : PlainInterval))
            return;
        shown = now;
        var done = step.Step - first.Value.Step;
        var left = done == 0 ? null : $"{(now - first.Value.Time) / done * (totalSteps - 1 - step.Step):h\\:mm\\:ss} left";
        Live(Text(
            $"{(step.Step + 1) / (double)totalSteps,4:P0}", left, step.Phase, F("loss", step.Loss), F("cost", step.Cost), F("expected", step.ExpectedCost),
            F("reward", step.Reward), F("entropy", step.Entropy)));
    }

    public void OnEpoch(EpochRecord epoch) => Line(Text(
        $"epoch {epoch.Epoch}", F("loss", epoch.Loss), $"train {epoch.TrainingAccuracy:P1}", $"validation {epoch.ValidationAccuracy:P1}",
        F("cost", epoch.Cost), F("entropy", epoch.Entropy)));

    public void OnNote(string message) => Line(message);

    /// <summary>Clears the live line.</summary>
    public void Done()
    {
        if (terminal && !quiet)
            Console.Error.Write("\r\e[K");
    }

    public void Dispose() => Done();

    private void Live(string text)
    {
        if (quiet)
            return;
        if (terminal)
            Console.Error.Write($"\r\e[K{Fit(text)}");
        else
            Console.Error.WriteLine(text);
    }

    private void Line(string text)
    {
        if (quiet)
            return;
        Done();
        Console.Error.WriteLine(text);
    }

    /// <summary>A line longer than the terminal would leave its rest behind when it is replaced.</summary>
    private static string Fit(string text)
    {
        var width = Math.Max(20, Console.WindowWidth - 1);
        return text.Length <= width ? text : text[..width];
    }

    private static string Text(params string?[] parts) => string.Join("  ", parts.Where(p => p is not null));

    private static string? F(string name, double? value) =>
        value is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name} {number:G4}") : null;
}
