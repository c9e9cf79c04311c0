using System.CommandLine;
using Fliqs.Report;

namespace Fliqs.Cli;

internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Verb("report", "a page with charts of a run, a comparison or a front, and the charts as SVG and PNG files", "fliqs report runs/first");
        var path = new Argument<string>("folder") { Description = "of a run, complete or not, or of what compare or pareto made" };
        var output = new Option<string?>("--out") { Description = "folder for report.html and plots/ [the same]", HelpName = "FOLDER" };
        command.Arguments.Add(path);
        command.Options.Add(output);
        command.SetAction(parsed => Write(HtmlReport.Of(parsed.GetValue(path)!), parsed.GetValue(output) ?? parsed.GetValue(path)!));
        return command;
    }

    private static int Write(HtmlReport report, string folder)
    {
        if (folder is "")
            throw new InputException("--out: the value is empty");
        if (File.Exists(folder))
            throw new InputException($"{folder}: is a file; give a folder with --out");
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{folder}: cannot be made: {e.Message.TrimEnd('.')}; give another folder with --out", e);
        }

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
