using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fliqs.Tests.EndToEnd;

/// <summary>The command line in processes of its own, in a folder of its own that is gone after the test.</summary>
internal sealed partial class Cli : IDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
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

    /// <summary>Runs a script of the shell in which $FLIQS stands for the command line.</summary>
    public async Task<CliRun> Shell(string script)
    {
        var start = StartInfo("sh", ["-c", script]);
        start.Environment["FLIQS"] = $"dotnet exec {Program}";
        using var process = Process.Start(start)!;
        return await End(process, process.StandardError.ReadToEndAsync());
    }

    /// <summary>Runs and sends each signal once a line of standard error, behind that of the signal before it, contains its text.</summary>
    public async Task<CliRun> Interrupt(string line, params (string Text, int Signal)[] signals)
    {
        using var process = Start(line);
        return await Interrupt(process, process.Id, signals);
    }

    /// <summary>The same as Ctrl-C in a terminal does it: the signal reaches the process and all that it has started.</summary>
    public async Task<CliRun> InterruptAll(string line, params (string Text, int Signal)[] signals)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "setsid is needed to signal a group of processes");
        using var process = Start(line, [.. Listening, "setsid", "dotnet"]);
        return await Interrupt(process, -process.Id, signals);
    }

    private static async Task<CliRun> Interrupt(Process process, int target, (string Text, int Signal)[] signals)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals to send");
        var error = "";
        foreach (var (text, signal) in signals)
        {
            string? printed;
            do
            {
                printed = await process.StandardError.ReadLineAsync().WaitAsync(Patience);
                error += printed + "\n";
            }
            while (printed?.Contains(text, StringComparison.Ordinal) == false);
            Assert.True(printed is not null, $"ended before '{text}'\n{error}");
            Assert.Equal(0, Kill(target, signal));
        }

        return await End(process, Rest());

        async Task<string> Rest() => error + await process.StandardError.ReadToEndAsync();
    }

    /// <summary>Runs until the process has opened a pipe of <see cref="MakePipe"/> to read from it, then sends a signal.</summary>
    public async Task<CliRun> InterruptAt(string pipe, string line, int signal)
    {
        using var process = Start(line);
        await using var writer = await Task.Run(() => new FileStream(this[pipe], FileMode.Open, FileAccess.Write, FileShare.ReadWrite)).WaitAsync(Patience);
        Assert.Equal(0, Kill(process.Id, signal));
        return await End(process, process.StandardError.ReadToEndAsync());
    }

    /// <summary>Makes a pipe with a name: whoever reads from it waits until somebody writes.</summary>
    public void MakePipe(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no pipes in folders");
        Assert.Equal(0, MakePipe(this[name], 0b110_000_000));
    }

    /// <summary>Waits until no process works in the folder any more; on Linux.</summary>
    public async Task IsLeft()
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (Directory.GetDirectories("/proc").Any(p => WorksHere(Path.Combine(p, "cwd"))))
            await Task.Delay(100, timeout.Token);

        bool WorksHere(string link)
        {
            try
            {
                return new FileInfo(link).LinkTarget == folder.FullName;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;    // has ended, or is somebody else's
            }
        }
    }

    public void Dispose() => folder.Delete(recursive: true);

    private static string Program => typeof(Fliqs.Cli.CommandLine).Assembly.Location;

    /// <summary>Ctrl-C counts even where the tests run in the background of a shell, which makes its children ignore it.</summary>
    private static string[] Listening => OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];

    private Process Start(string line) => Start(line, [.. Listening, "dotnet"]);

    private Process Start(string line, params string[] host)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(a => a == "''" ? "" : a);
        return Process.Start(StartInfo(host[0], [.. host[1..], "exec", Program, .. arguments]))!;
    }

    private ProcessStartInfo StartInfo(string program, IEnumerable<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = folder.FullName,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };

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
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"did not end within {Patience}");
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MakePipe(string path, uint mode);
}
