using System.CommandLine;
using Fliqs.Numerics;
using Fliqs.Training;

namespace Fliqs.Cli;

/// <summary>The verbs, and how errors end the process: one line on standard error and an exit code.</summary>
internal static class CommandLine
{
    public static int Run(string[] args)
    {
        NativeAllocator.KeepLargeBlocks();
        var root = new RootCommand("fliqs: mixed-precision quantization search. Which layer gets which number format?")
        {
            SearchCommand.Create(), TrainCommand.Create(), EvalCommand.Create(), CostCommand.Create(), FormatsCommand.Create(), DataCommand.Create(),
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return WrongInput(parsed.Errors[0].Message + Hint(parsed));
        try
        {
            return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (InputException e)
        {
            return WrongInput(e.Message);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception e) when (e is DivergedException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"fliqs: {e.Message}");
            return ExitCode.Failed;
        }
    }

    private static int WrongInput(string message)
    {
        Console.Error.WriteLine($"fliqs: {message.ReplaceLineEndings(" ")}");
        return ExitCode.WrongInput;
    }

    /// <summary>The nearest verb or option to the first word that was not understood.</summary>
    private static string Hint(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.Count == 0)
            return "";
        var (word, command) = (parsed.UnmatchedTokens[0], parsed.CommandResult.Command);
        var names = word.StartsWith('-') ? command.Options.Select(o => o.Name) : command.Subcommands.Select(c => c.Name);
        return NameSuggestion.Hint(word, names) + $" see 'fliqs {(command is RootCommand ? "" : command.Name + " ")}--help'";
    }
}
