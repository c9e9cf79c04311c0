namespace Fliqs.Cli;

/// <summary>Standard error with lines that stay and, in a terminal, one below them that the next replaces. Any thread may write.</summary>
/// <param name="quiet">Shows nothing.</param>
internal sealed class LiveLine(bool quiet) : IDisposable
{
    private readonly Lock writing = new();
    private bool shown;

    /// <summary>Whether a line can be replaced.</summary>
    public bool IsTerminal { get; } = !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";

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
