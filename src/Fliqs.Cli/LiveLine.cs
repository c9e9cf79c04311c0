using System.Diagnostics;

namespace Fliqs.Cli;

/// <summary>Standard error with lines that stay and, in a terminal, one below them that the next replaces. Any thread may write.</summary>
/// <param name="quiet">Shows nothing.</param>
internal sealed class LiveLine(bool quiet) : IDisposable
{
    private static readonly TimeSpan TerminalInterval = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(15);
    private readonly Lock writing = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private TimeSpan progressed;
    private bool shown;

    private bool IsTerminal { get; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

    /// <summary>Replaces the live line; nothing outside a terminal.</summary>
    public void Show(string text)
    {
        if (quiet || !IsTerminal)
            return;
        lock (writing)
        {
            shown = true;
            Console.Error.Write($"\r\e[K{Fit(text)}");
        }
    }

    /// <summary>Shows how far some work is, as often as it can be read: on the live line, and outside a terminal as a line now and then.</summary>
    public void Progress(Func<string> text)
    {
        if (clock.Elapsed - progressed < (IsTerminal ? TerminalInterval : PlainInterval))
            return;
        progressed = clock.Elapsed;
        if (IsTerminal)
            Show(text());
        else
            Write(text());
    }

    /// <summary>Shows how many parts of some work are done, and what is left.</summary>
    public void Progress(string work, long done, long all, string? parts = null) => Progress(() =>
        $"{work}: {done} of {all}{(parts is null ? "" : $" {parts}")}{(TimeLeft.Text(clock.Elapsed, done, all) is { } left ? $"  {left}" : "")}");

    /// <summary>Writes a line that stays.</summary>
    public void Write(string text)
    {
        if (quiet)
            return;
        lock (writing)
        {
            Clear();
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Clears the live line.</summary>
    public void Dispose()
    {
        lock (writing)
            Clear();
    }

    private void Clear()
    {
        if (shown)
            Console.Error.Write("\r\e[K");
        shown = false;
    }

    /// <summary>A line longer than the terminal would leave its rest behind when it is replaced.</summary>
    private static string Fit(string text)
    {
        var width = Math.Max(20, Console.WindowWidth - 1);
        return text.Length <= width ? text : text[..width];
    }
}
