using System.Runtime.InteropServices;

namespace Fliqs.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a request to stop; a second one ends the process at once.</summary>
internal sealed class InterruptSignal : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action first;

    /// <param name="first">Called at the first signal, on another thread.</param>
    public InterruptSignal(Action first)
    {
        this.first = first;
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
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
