using System.CommandLine;
using Fliqs.Config;

namespace Fliqs.Cli;

internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "train a network in fixed formats: FP32, a uniform format, or an assignment");
        var options = new RunOptions(command, Verbs.Train);
        command.SetAction(parsed => options.Run(parsed, Experiment.Train, ResultTable.Print));
        return command;
    }
}
