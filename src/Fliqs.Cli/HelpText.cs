using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Fliqs.Cli;

/// <summary>The help of the program and of its verbs: what it does, an example, and the options in groups, the common ones first.</summary>
internal sealed class HelpText : SynchronousCommandLineAction
{
    private const int NameWidth = 28;
    private const int WidestLine = 110;

    private static readonly (string Heading, string[] Names)[] Groups =
    [
        ("Common options", ["model", "width", "nas", "data", "methods", "targets", "seeds", "jobs", "space", "target", "cost", "table", "runtime", "format", "assignment", "override", "epochs", "seed"]),
        ("The run", ["out", "resume", "config", "json", "quiet", "threads", "device"]),
        ("Network", ["weights", "stem", "aux", "depth", "heads", "patch", "classes", "input", "channels"]),
        ("Data", ["data-dir", "augment", "validation", "eval-crop", "workers"]),
        ("Training",
        [
            "batch", "accumulate", "optimizer", "learning-rate", "schedule", "learning-rate-warmup", "decay-epochs", "decay-factor", "momentum", "rms-decay",
            "epsilon", "weight-decay", "clip-norm", "ema", "label-smoothing", "teacher", "teacher-model", "teacher-width", "distill-weight",
            "distill-temperature", "scale", "warmup-format",
        ]),
    ];

    private const string LastHeading = "Method";

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        Write(parseResult.CommandResult.Command, Console.Out);
        return ExitCode.Done;
    }

    public static void Write(Command command, TextWriter output)
    {
        if (command is Verb verb)
            WriteVerb(verb, output);
        else
            WriteProgram(command, output);
    }

    private static void WriteProgram(Command root, TextWriter output)
    {
        output.WriteLine(root.Description);
        output.WriteLine("\nUsage: fliqs VERB [options]\n\nVerbs:");
        foreach (var verb in root.Subcommands)
            Entry(verb.Name, verb.Description, output);
        output.WriteLine("\nExamples:");
        foreach (var verb in root.Subcommands.OfType<Verb>())
            output.WriteLine($"  {verb.Example}");
        output.WriteLine("\n'fliqs VERB --help' shows the options of a verb, 'fliqs --version' the version.");
    }

    private static void WriteVerb(Verb verb, TextWriter output)
    {
        var arguments = string.Concat(verb.Arguments.Select(a => a.Arity.MinimumNumberOfValues > 0 ? $" {a.Name.ToUpperInvariant()}" : $" [{a.Name.ToUpperInvariant()}]"));
        output.WriteLine($"fliqs {verb.Name}: {verb.Description}");
        output.WriteLine($"\nUsage:   fliqs {verb.Name}{arguments} [options]\nExample: {verb.Example}");
        if (verb.Arguments.Count > 0)
            output.WriteLine();
        foreach (var argument in verb.Arguments)
            Entry(argument.Name.ToUpperInvariant(), argument.Description, output);
        var rest = verb.Options.Where(o => o is not HelpOption).ToList();
        var grouped = rest.Any(o => Groups[^1].Names.Contains(Key(o)));
        foreach (var (heading, names) in grouped ? Groups : [])
            rest.RemoveAll(Section(heading, [.. names.SelectMany(n => rest.Where(o => Key(o) == n))], output).Contains);
        Section(grouped ? LastHeading : "Options", rest, output);
        if (verb.Epilogue is not null)
            output.WriteLine($"\n{verb.Epilogue}");
    }

    private static List<Option> Section(string heading, List<Option> options, TextWriter output)
    {
        if (options.Count > 0)
            output.WriteLine($"\n{heading}:");
        foreach (var option in options)
            Entry($"{option.Name} {Value(option)}", option.Description, output);
        return options;
    }

    private static string Key(Option option) => option.Name.TrimStart('-');

    private static string Value(Option option) => (option.ValueType == typeof(bool), option.Arity.MinimumNumberOfValues) switch
    {
        (true, _) => option.HelpName is { } values ? $"[{values}]" : "",
        (_, 0) => $"[{option.HelpName}]",
        _ => option.HelpName ?? "VALUE",
    };

    /// <summary>A name and its description, wrapped behind the column of the names.</summary>
    private static void Entry(string name, string? description, TextWriter output)
    {
        var indent = new string(' ', NameWidth + 3);
        var line = "  " + name.PadRight(NameWidth) + (name.Length > NameWidth ? " " : "");
        foreach (var word in (description ?? "").Split(' '))
        {
            if (line.Length + 1 + word.Length > LineWidth && line.Length > indent.Length)
            {
                output.WriteLine(line);
                line = indent + word;
            }
            else
            {
                line += " " + word;
            }
        }

        output.WriteLine(line.TrimEnd());
    }

    private static int LineWidth => Console.IsOutputRedirected ? WidestLine : Math.Clamp(Console.WindowWidth - 1, 70, WidestLine);
}
