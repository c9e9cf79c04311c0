using System.CommandLine;
using Fliqs.Config;

namespace Fliqs.Cli;

internal static class SearchCommand
{
    public static Command Create()
    {
        var command = new Command("search", "find a format for every layer and train the network in them, in one run");
        var options = new RunOptions(command, Verbs.Search);
        command.SetAction(parsed => options.Run(parsed, Experiment.Search, ResultTable.Print));
        return command;
    }
}
