using System.CommandLine;
using System.Text.Json;
using Fliqs.Storage;

namespace Fliqs.Cli;

internal static class EvalCommand
{
    public static Command Create()
    {
        var command = new Verb("eval", "measure the accuracy of a finished run again", "fliqs eval runs/first");
        var run = new Argument<string>("run") { Description = "the run folder" };
        var dataDir = new Option<string?>("--data-dir") { Description = "folder of the data set's files", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "print one JSON object" };
        command.Arguments.Add(run);
        command.Options.Add(dataDir);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var evaluation = Evaluation.Of(RunFolder.Open(parsed.GetValue(run)!), parsed.GetValue(dataDir), Console.Error.WriteLine);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(evaluation, JsonFormat.Indented)
                : $"test accuracy {evaluation.Accuracy:P2}, validation {evaluation.ValidationAccuracy:P2}, on {evaluation.Data}"
                    + $" (recorded: {evaluation.RecordedAccuracy:P2})");
            return ExitCode.Done;
        });
        return command;
    }
}
