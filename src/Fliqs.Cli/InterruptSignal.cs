using System.Runtime.InteropServices;

namespace Fliqs.Cli;

/// <summary>
/// Turns the first Ctrl-C (or SIGTERM) into a request to stop; a second one ends the process at once. A run of a comparison leaves
/// Ctrl-C, which reaches all processes of a terminal, to the comparison, and stops when its standard input ends: the comparison closes
/// it, and it ends with the comparison, however that ends.
/// </summary>
internal sealed class InterruptSignal : IDisposable
{
    /// <summary>The environment variable that marks a run of a comparison.</summary>
    public const string Inner = "FLIQS_COMPARED";

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly Action first;
    private bool isDisposed;

    /// <param name="first">Called at the first signal, on another thread.</param>
    public InterruptSignal(Action first)
    {
        this.first = first;
        var isInner = Environment.GetEnvironmentVariable(Inner) is not null;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, isInner ? context => context.Cancel = true : Stop),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        ];
        if (isInner)
            new Thread(AwaitEndOfInput) { IsBackground = true }.Start();
    }

    public CancellationToken Token => source.Token;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        lock (registrations)
            isDisposed = true;
        source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = !source.IsCancellationRequested;
        if (context.Cancel)
            Request();
    }

    private void AwaitEndOfInput()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
            }
        }
        catch (IOException)
        {
            return;    // nobody is at the other end
        }

        Request();
    }

    private void Request()
    {
        lock (registrations)
        {
            if (isDisposed)
                return;
            source.Cancel();
        }

        first();
    }
}
