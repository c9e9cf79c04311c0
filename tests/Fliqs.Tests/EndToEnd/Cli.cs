using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fliqs.Tests.EndToEnd;

/// <summary>The command line in processes of its own, in a folder of its own that is gone after the test.</summary>
internal sealed partial class Cli : IDisposable
{
    public const int SigInt = 2;
    public const int SigTerm = 15;

    /// <summary>A search of a second or two.</summary>
    public const string Tiny = "--model resnet8 --width 0.25 --batch 64 --threads 1";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("fliqs-cli-");

    public string this[string name] => Path.Combine(folder.FullName, name);

    public string[] FileNames => [.. folder.EnumerateFileSystemInfos().Select(entry => entry.Name).Order()];

    /// <summary>Runs to the end.</summary>
    /// <param name="line">The command line; blanks part the arguments, '' is an empty one.</param>
    /// <param name="input">Standard input.</param>
    public async Task<CliRun> Run(string line, string input = "")
    {
        using var process = Start(line);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        return await End(process, process.StandardError.ReadToEndAsync());
    }

    /// <summary>Runs until a line of standard error contains <paramref name="text"/>, then sends signals.</summary>
    public async Task<CliRun> Interrupt(string line, string text, params int[] signals)
    {
        using var process = Start(line);
        var error = "";
        while (await process.StandardError.ReadLineAsync() is { } printed)
        {
            error += printed + "\n";
            if (!printed.Contains(text, StringComparison.Ordinal))
                continue;
            foreach (var signal in signals)
                Assert.Equal(0, Kill(process.Id, signal));
            break;
        }

        return await End(process, Rest());

        async Task<string> Rest() => error + await process.StandardError.ReadToEndAsync();
    }

    public void Dispose() => folder.Delete(recursive: true);

    private Process Start(string line)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "''" ? "" : a);
        return Process.Start(new ProcessStartInfo("dotnet", ["exec", typeof(Fliqs.Cli.CommandLine).Assembly.Location, .. arguments])
        {
            WorkingDirectory = folder.FullName,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task<CliRun> End(Process process, Task<string> error)
    {
        using var timeout = new CancellationTokenSource(Patience);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            return new CliRun(process.ExitCode, output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"did not end within {Patience}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
