using System.CommandLine;
using Fliqs.Config;

namespace Fliqs.Cli;

internal static class SearchCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "search", "find a format for every layer and train the network in them, in one run",
            "fliqs search --model resnet8 --target 1.15xINT4 --out runs/first");
        var options = new RunOptions(command, Verbs.Search);
        command.SetAction(parsed => options.Run(parsed, Experiment.Search));
        return command;
    }
}
