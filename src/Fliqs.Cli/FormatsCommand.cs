using System.CommandLine;
using System.Globalization;
using Fliqs.Numerics;

namespace Fliqs.Cli;

internal static class FormatsCommand
{
    public static Command Create()
    {
        var command = new Command("formats", "list the number formats, show one, or round numbers from standard input");
        var name = new Argument<string?>("format") { Description = "show this one with its values", Arity = ArgumentArity.ZeroOrOne };
        var round = new Option<string?>("--round") { Description = "round the numbers on standard input, one a line, to this format at scale 1", HelpName = "FORMAT" };
        var bits = new Option<bool>("--bits") { Description = "with --round: numbers are float32 bit patterns, 8 hex digits" };
        command.Arguments.Add(name);
        command.Options.Add(round);
        command.Options.Add(bits);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(bits) && parsed.GetValue(round) is null)
                throw new InputException("--bits goes with --round");
            if (parsed.GetValue(round) is { } target)
                Round(Find(target), parsed.GetValue(bits));
            else if (parsed.GetValue(name) is { } one)
                Show(Find(one));
            else
                List();
            return ExitCode.Done;
        });
        return command;
    }

    private static NumberFormat Find(string name) => NumberFormat.TryParse(name, out var format)
        ? format
        : throw new InputException($"unknown format '{name}'{NameSuggestion.Hint(name, NumberFormat.All.Select(f => f.Name))}; see 'fliqs formats'");

    private static void List()
    {
        Console.Out.WriteLine($"{"format",-8} {"bits",5} {"min",12} {"max",12} {"min normal",12} {"smallest",12}");
        foreach (var f in NumberFormat.All)
            Console.Out.WriteLine($"{f.Name,-8} {T(f.Bits),5} {T(f.MinValue),12} {T(f.MaxValue),12} {T(f.MinNormal),12} {T(f.SmallestStep),12}");
    }

    private static void Show(NumberFormat f)
    {
        Console.Out.WriteLine($"{f.Name}: {T(f.Bits)} bits, {T(f.MinValue)} to {T(f.MaxValue)}, min normal {T(f.MinNormal)}, smallest step {T(f.SmallestStep)}");
        Console.Out.WriteLine(f.IsScaled ? "used with a scale" : "used without a scale");
        if (f.Bits <= 8)
            Console.Out.WriteLine(string.Join(' ', f.Values.Select(v => T(v))));
    }

    private static void Round(NumberFormat format, bool bits)
    {
        var number = 0;
        while (Console.In.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty)
                continue;
            var rounded = format.Round(Read(line.Trim(), bits, number));
            Console.Out.WriteLine(bits ? BitConverter.SingleToUInt32Bits(rounded).ToString("x8", CultureInfo.InvariantCulture) : T(rounded));
        }
    }

    private static float Read(string text, bool bits, int number)
    {
        if (bits && text.Length == 8 && uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var pattern))
            return BitConverter.UInt32BitsToSingle(pattern);
        if (!bits && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            return value;
        throw new InputException($"standard input, line {number}: '{text}' is not {(bits ? "a float32 bit pattern of 8 hex digits" : "a number")}");
    }

    private static string T(double value) => value.ToString("G7", CultureInfo.InvariantCulture);
}
