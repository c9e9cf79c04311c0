using System.CommandLine;
using Fliqs.Report;

namespace Fliqs.Cli;

internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Verb("report", "a page with charts of a run, and the charts as SVG and PNG files", "fliqs report runs/first");
        var path = new Argument<string>("run") { Description = "the folder of a run, complete or not" };
        var output = new Option<string?>("--out") { Description = "folder for report.html and plots/ [the same]", HelpName = "FOLDER" };
        command.Arguments.Add(path);
        command.Options.Add(output);
        command.SetAction(parsed =>
        {
            var report = HtmlReport.Of(parsed.GetValue(path)!);
            var folder = Directory.CreateDirectory(parsed.GetValue(output) ?? parsed.GetValue(path)!).FullName;
            var page = Path.Combine(folder, "report.html");
            report.Write(page);
            var count = report.WritePlots(Path.Combine(folder, "plots"));
            Console.Out.WriteLine(page);
            Console.Out.WriteLine($"{Path.Combine(folder, "plots")}: {count} charts as SVG and PNG");
            if (!HtmlReport.HasFonts)
                Console.Error.WriteLine("there is no font on this machine, so the PNG files have no letters; install one, on Debian fonts-dejavu-core");
            return ExitCode.Done;
        });
        return command;
    }
}
