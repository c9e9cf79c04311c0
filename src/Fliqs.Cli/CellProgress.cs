using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Fliqs.Cli;

/// <summary>Shows a comparison on standard error: a line for every run that ends; in a terminal also what the runs say meanwhile.</summary>
/// <param name="total">The number of runs to make.</param>
/// <param name="quiet">Shows nothing.</param>
internal sealed class CellProgress(int total, bool quiet) : IDisposable
{
    private readonly LiveLine line = new(quiet);
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly ConcurrentDictionary<string, TimeSpan> begun = new();
    private TimeSpan taken;
    private int ended;

    public void Begin(string name) => begun[name] = clock.Elapsed;

    /// <summary>What a run says.</summary>
    public void Line(string name, string text) => line.Show($"{name}: {text}");

    /// <summary>A run has ended: with an accuracy, or a failure.</summary>
    public void End(string name, double? accuracy, string? failure)
    {
        lock (begun)
        {
            begun.Remove(name, out var beginning);
            var (now, own) = (clock.Elapsed, clock.Elapsed - beginning);
            taken += own;
            var usual = taken / ++ended;
            var done = ended + begun.Values.Sum(b => Math.Min(1, (now - b) / usual));    // with what is under way
            line.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{ended}/{total}  {name}  {failure ?? $"test accuracy {accuracy * 100:0.00} %"}  in {TimeLeft.Hours(own)}"
                + $"{(TimeLeft.Text(now, done, total) is { } left ? $"  {left}" : "")}"));
        }
    }

    public void Note(string message) => line.Write(message);

    public void Dispose() => line.Dispose();
}
