namespace Fliqs.Tests.EndToEnd;

/// <summary>What a run of the command line left behind.</summary>
internal sealed record CliRun(int ExitCode, string Out, string Error)
{
    public string[] ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Fails with all that was printed unless the exit code is the expected one.</summary>
    public CliRun Ended(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"ended with {ExitCode} instead of {exitCode}\n{Out}\n{Error}");
        return this;
    }
}
