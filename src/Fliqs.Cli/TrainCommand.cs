using System.CommandLine;
using Fliqs.Config;

namespace Fliqs.Cli;

internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Verb(
            "train", "train a network in fixed formats: FP32, a uniform format, or an assignment",
            "fliqs train --model resnet8 --assignment runs/first/result.json --out runs/again");
        var options = new RunOptions(command, Verbs.Train);
        command.SetAction(parsed => options.Run(parsed, Experiment.Train));
        return command;
    }
}
