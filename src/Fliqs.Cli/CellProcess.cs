using System.Diagnostics;

namespace Fliqs.Cli;

/// <summary>This program once more, in a process of its own.</summary>
internal static class CellProcess
{
    /// <summary>
    /// Runs to the end, or until it has been told to stop.
    /// </summary>
    /// <param name="arguments">Of the command line.</param>
    /// <param name="line">Called with every line that it writes on standard error.</param>
    /// <param name="stop">Asks it to save a checkpoint and end.</param>
    /// <returns>The exit code, and its last line on standard error.</returns>
    public static async Task<(int ExitCode, string LastLine)> Run(IEnumerable<string> arguments, Action<string> line, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Program(), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [InterruptSignal.Inner] = "1" },
        })!;
        using var passing = stop.Register(process.StandardInput.Close);    // is seen by the InterruptSignal of the other process
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var last = "";
        while (await process.StandardError.ReadLineAsync(CancellationToken.None) is { } text)
        {
            last = text;
            line(text);
        }

        await output;
        await process.WaitForExitAsync(CancellationToken.None);
        return (process.ExitCode, last);
    }

    /// <summary>What comes before the arguments: nothing for a program of its own, the library under <c>dotnet</c>.</summary>
    private static string[] Program() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", typeof(CellProcess).Assembly.Location] : [];
}
