using System.CommandLine;
using System.Globalization;
using Fliqs.Config;
using Fliqs.Numerics;

namespace Fliqs.Cli;

internal static class FormatsCommand
{
    public static Command Create()
    {
        var command = new Verb("formats", "list the number formats, show one, or round numbers from standard input", "echo 3.14159 | fliqs formats --round E4M3");
        var name = new Argument<string?>("format") { Description = "show this one with its values", Arity = ArgumentArity.ZeroOrOne };
        var round = new Option<string?>("--round") { Description = "round the numbers on standard input, one a line, to this format at scale 1; for a format in blocks a line is a row", HelpName = "FORMAT" };
        var bits = new Option<bool>("--bits") { Description = "with --round: numbers are float32 bit patterns, 8 hex digits" };
        command.Arguments.Add(name);
        command.Options.Add(round);
        command.Options.Add(bits);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(bits) && parsed.GetValue(round) is null)
                throw new InputException("--bits goes with --round");
            if (parsed.GetValue(round) is not null && parsed.GetValue(name) is not null)
                throw new InputException("a format to show and --round exclude each other");
            if (parsed.GetValue(round) is { } target)
                Round(ConfiguredModel.Format(target), parsed.GetValue(bits));
            else if (parsed.GetValue(name) is { } one)
                Show(ConfiguredModel.Format(one));
            else
                List();
            return ExitCode.Done;
        });
        return command;
    }

    private static void List()
    {
        Console.Out.WriteLine($"{"format",-10} {"bits",5} {"min",14} {"max",14} {"min normal",14} {"smallest",14}");
        foreach (var f in NumberFormat.All)
            Console.Out.WriteLine($"{f.Name,-10} {T(f.Bits),5} {T(f.MinValue),14} {T(f.MaxValue),14} {T(f.MinNormal),14} {T(f.SmallestStep),14}");
    }

    private static void Show(NumberFormat f)
    {
        Console.Out.WriteLine($"{f.Name}: {T(f.Bits)} bits, {T(f.MinValue)} to {T(f.MaxValue)}, min normal {T(f.MinNormal)}, smallest step {T(f.SmallestStep)}");
        Console.Out.WriteLine(f.IsScaled ? "used with a scale" : "used without a scale");
        if (f is BlockFormat block)
            Console.Out.WriteLine($"blocks of {block.BlockSize} elements of {block.Element} share a scale in {block.ScaleFormat?.Name ?? "powers of two"}; values of an element:");
        if (((f as BlockFormat)?.Element ?? f) is { Bits: <= 8 } element)
            Console.Out.WriteLine(string.Join(' ', element.Values.Select(T)));
    }

    private static void Round(NumberFormat format, bool bits)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = !Console.IsInputRedirected };
        var number = 0;
        while (Console.In.ReadLine() is { } line)
        {
            number++;
            if (line.AsSpan().Trim().IsEmpty)
                continue;
            string[] words = format is BlockFormat ? line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [line.Trim()];
            var values = Array.ConvertAll(words, w => Read(w, bits, number));
            var rounded = new float[values.Length];
            format.Round(values, rounded);
            output.WriteLine(string.Join(' ', rounded.Select((r, i) => Write(float.IsNaN(values[i]) ? values[i] : r, bits))));    // a NaN keeps its bits
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

    private static string Write(float value, bool bits) =>
        bits ? BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture) : T(value);

    private static string T(float value) => value.ToString(CultureInfo.InvariantCulture);

    private static string T(double value) => value.ToString(CultureInfo.InvariantCulture);
}
