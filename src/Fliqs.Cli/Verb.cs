using System.CommandLine;

namespace Fliqs.Cli;

/// <summary>A verb of the command line with a line for its help that can be typed as it stands.</summary>
internal sealed class Verb(string name, string description, string example) : Command(name, description)
{
    public string Example { get; } = example;

    /// <summary>Lines at the end of the help.</summary>
    public string? Epilogue { get; init; }
}
