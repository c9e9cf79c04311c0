using System.Runtime.InteropServices;

namespace Fliqs.Cli;

/// <summary>
/// Turns the first Ctrl-C (or SIGTERM) into a request to stop; a second one ends the process at once. A run of a comparison leaves
/// Ctrl-C, which reaches all processes of a terminal, to the comparison, which stops it by SIGTERM.
/// </summary>
internal sealed class InterruptSignal : IDisposable
{
    /// <summary>The environment variable that marks a run of a comparison.</summary>
    public const string Inner = "FLIQS_COMPARED";

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action first;

    /// <param name="first">Called at the first signal, on another thread.</param>
    public InterruptSignal(Action first)
    {
        this.first = first;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Environment.GetEnvironmentVariable(Inner) is null ? Stop : context => context.Cancel = true),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        if (!context.Cancel)
            return;
        source.Cancel();
        first();
    }
}
