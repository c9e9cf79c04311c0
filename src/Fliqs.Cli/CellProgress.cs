using System.Diagnostics;
using System.Globalization;

namespace Fliqs.Cli;

/// <summary>Shows a comparison on standard error: a line for every run that ends; in a terminal also what the runs say meanwhile.</summary>
/// <param name="total">The number of runs to make.</param>
/// <param name="quiet">Shows nothing.</param>
internal sealed class CellProgress(int total, bool quiet) : IDisposable
{
    private readonly bool terminal = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private readonly Dictionary<string, TimeSpan> begun = [];
    private readonly Lock writing = new();
    private int ended;

    public void Begin(string name)
    {
        lock (writing)
            begun[name] = clock.Elapsed;
        Line(name, "begins");
    }

    /// <summary>What a run says; only in a terminal, where the next replaces it.</summary>
    public void Line(string name, string text)
    {
        if (quiet || !terminal)
            return;
        var width = Math.Max(20, Console.WindowWidth - 1);
        var line = $"{name}: {text}";
        lock (writing)
            Console.Error.Write($"\r\e[K{(line.Length <= width ? line : line[..width])}");
    }

    /// <summary>A run has ended: with an accuracy, or a failure.</summary>
    public void End(string name, double? accuracy, string? failure)
    {
        lock (writing)
        {
            ended++;
            var left = clock.Elapsed / ended * (total - ended);
            Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{ended}/{total}  {name}  {failure ?? $"test accuracy {accuracy:P2}"}  in {clock.Elapsed - begun[name]:h\\:mm\\:ss}"
                + $"{(ended == total ? "" : $"  {left:d\\.hh\\:mm\\:ss} left")}"));
        }
    }

    public void Note(string message)
    {
        lock (writing)
            Write(message);
    }

    /// <summary>Clears the live line.</summary>
    public void Dispose()
    {
        if (!quiet && terminal)
            Console.Error.Write("\r\e[K");
    }

    private void Write(string line)
    {
        if (!quiet)
            Console.Error.WriteLine((terminal ? "\r\e[K" : "") + line);
    }
}
