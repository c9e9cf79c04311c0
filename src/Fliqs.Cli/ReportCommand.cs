using System.CommandLine;
using Fliqs.Report;

namespace Fliqs.Cli;

internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Verb("report", "a page with the charts of a run, and the charts as SVG and PNG files", "fliqs report runs/first");
        var run = new Argument<string>("run") { Description = "the folder of a run, complete or not" };
        var output = new Option<string?>("--out") { Description = "folder for report.html and plots/ [that of the run]", HelpName = "FOLDER" };
        command.Arguments.Add(run);
        command.Options.Add(output);
        command.SetAction(parsed => Write(HtmlReport.Of(parsed.GetValue(run)!), parsed.GetValue(output) ?? parsed.GetValue(run)!));
        return command;
    }

    private static int Write(HtmlReport report, string folder)
    {
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; give a folder with --out");
        Directory.CreateDirectory(folder);
        var (page, plots) = (Path.Combine(folder, "report.html"), Path.Combine(folder, "plots"));
        report.Write(page);
        var count = report.WritePlots(plots);
        Console.Out.WriteLine(page);
        Console.Out.WriteLine($"{plots}: {count} charts as SVG and PNG");
        if (!HtmlReport.HasFonts)
            Console.Error.WriteLine("there is no font on this machine, so the PNG files have no letters; install one, on Debian fonts-dejavu-core");
        return ExitCode.Done;
    }
}
