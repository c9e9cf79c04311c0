using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using Fliqs.Numerics;
using Fliqs.Training;

namespace Fliqs.Cli;

/// <summary>The verbs, and how errors end the process: one line on standard error and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        NativeAllocator.KeepLargeBlocks();
        OpenMpThreads.SleepSoon();
        var root = Create();
        if (args is [] or ["help"])
            args = ["--help"];
        else if (args is ["help", var verb])
            args = [verb, "--help"];
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        return parsed.Errors.Count > 0 ? Fail(ExitCode.WrongInput, Misread(parsed)) : Invoke(parsed);
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("fliqs: mixed-precision quantization search. Which layer gets which number format?")
        {
            SearchCommand.Create(), TrainCommand.Create(), EvalCommand.Create(), ExportCommand.Create(), ReportCommand.Create(), CompareCommand.Create(), ParetoCommand.Create(),
            CostCommand.Create(), ProfileCommand.Create(), FormatsCommand.Create(), DataCommand.Create(),
        };
        root.Options.OfType<HelpOption>().Single().Action = new HelpText();
        return root;
    }

    private static int Invoke(ParseResult parsed)
    {
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (InputException e)
        {
            return Fail(ExitCode.WrongInput, e.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is DivergedException or IOException or UnauthorizedAccessException)
        {
            return Fail(ExitCode.Failed, e.Message);
        }
        catch (ExternalException e)
        {
            // LibTorch adds a native stack trace to the line that says what went wrong.
            return Fail(ExitCode.Failed, "LibTorch: " + e.Message.Split('\n')[0]);
        }
        catch (Exception e) when (Environment.GetEnvironmentVariable("FLIQS_TRACE") is null)
        {
            return Fail(ExitCode.Failed, $"{e.Message}; this is a defect of fliqs ({e.GetType().Name}), FLIQS_TRACE=1 shows where");
        }
    }

    private static int Fail(int code, string message)
    {
        Console.Error.WriteLine($"fliqs: {message.ReplaceLineEndings(" ")}");
        return code;
    }

    /// <summary>What could not be read of a command line, where to look it up, and the nearest verb or option.</summary>
    private static string Misread(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var see = $", see 'fliqs {(command is RootCommand ? "" : command.Name + " ")}--help'";
        if (parsed.UnmatchedTokens is not [var word, ..])
            return (command is RootCommand ? "no verb is given" : parsed.Errors[0].Message.TrimEnd('.')) + see;
        if (word.StartsWith('-'))
            return $"unknown option '{word}'{see}{NameSuggestion.Hint(word, command.Options.Select(o => o.Name))}";
        return command is RootCommand
            ? $"unknown verb '{word}'{see}{NameSuggestion.Hint(word, command.Subcommands.Select(c => c.Name))}"
            : $"'{word}' is not expected{see}";
    }
}
