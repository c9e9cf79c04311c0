using System.CommandLine;
using System.Text.Json;
using Fliqs.Data;
using Fliqs.Storage;

namespace Fliqs.Cli;

internal static class DataCommand
{
    public static Command Create()
    {
        var command = new Verb("data", "list the data sets, where they are looked for, and how to get them", "fliqs data");
        var dataDir = new Option<string?>("--data-dir") { Description = "look in this folder", HelpName = "FOLDER" };
        var json = new Option<bool>("--json") { Description = "print one JSON object" };
        command.Options.Add(dataDir);
        command.Options.Add(json);
        command.SetAction(parsed =>
        {
            var listing = DataSetCatalog.List(parsed.GetValue(dataDir));
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(JsonSerializer.Serialize(new { dataSets = listing }, JsonFormat.Indented));
                return ExitCode.Done;
            }

            foreach (var data in listing)
            {
                Console.Out.WriteLine($"{data.Info.Name}: {data.Description}");
                Console.Out.WriteLine($"  {Shape(data.Info)}; {data.Info.Attribution}");
                Console.Out.WriteLine(data.Found
                    ? $"  found{(data.LookedFor is { } place ? $" in {place}" : ", built in")}"
                    : $"  not found{(data.LookedFor is { } missed ? $" in {missed}" : "")}; to get it: {data.HowToGet}");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string Shape(DataSetInfo info) =>
        $"{info.Channels} x {info.Height} x {info.Width} pixels{(info.AnySize ? " unless --input says otherwise" : "")},"
        + (info.Classes > 0 ? $" {info.Classes} classes" : " as many classes as folders");
}
