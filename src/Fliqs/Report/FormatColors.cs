using Fliqs.Numerics;
using OxyPlot;

namespace Fliqs.Report;

/// <summary>
/// A colour for every format, from cool and narrow to hot and wide, the same in every chart. Formats of about equal width have
/// shades of one colour; options that are no formats are grey.
/// </summary>
internal sealed class FormatColors
{
    private const double GreatestShade = 0.4;
    private const string Integer = "INT";
    private const double LettersOfCell = 3.8;

    private static readonly (double Bits, OxyColor Color)[] Scale =
    [
        (2, OxyColor.Parse("#5c7cfa")), (3, OxyColor.Parse("#339af0")), (4, OxyColor.Parse("#22b8cf")), (5, OxyColor.Parse("#20c997")),
        (6, OxyColor.Parse("#94d82d")), (7, OxyColor.Parse("#fcc419")), (8, OxyColor.Parse("#ff922b")), (16, OxyColor.Parse("#ff6b6b")),
        (32, OxyColor.Parse("#be4bdb")),
    ];

    private static readonly OxyColor Unknown = OxyColor.Parse("#868e96");

    private static readonly Dictionary<string, OxyColor> Colors =
        NumberFormat.All.GroupBy(f => Scale.MinBy(s => Math.Abs(s.Bits - f.Bits)).Color).SelectMany(Shades).ToDictionary();

    /// <summary>The colours of the formats of a run.</summary>
    public FormatColors(IEnumerable<string> names) => Names =
    [
        .. names.Distinct().OrderBy(Bits).ThenBy(n => n.StartsWith(Integer, StringComparison.Ordinal) ? 0 : 1).ThenBy(n => n, StringComparer.Ordinal),
    ];

    /// <summary>The formats from narrow to wide.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The width that a cell with the longest name needs, over that of an ordinary cell.</summary>
    public double CellWidth => Math.Max(1, Names.Select(n => n.Length).DefaultIfEmpty().Max() / LettersOfCell);

    /// <summary>The colour of a format.</summary>
    public OxyColor this[string name] => Colors.GetValueOrDefault(name, Unknown);

    /// <summary>A colour for text on top of another.</summary>
    public static OxyColor TextOn(OxyColor color) =>
        (0.299 * color.R) + (0.587 * color.G) + (0.114 * color.B) > 110 ? OxyColor.Parse("#10141c") : OxyColor.Parse("#fdfdfe");

    private static double Bits(string name) => NumberFormat.TryParse(name, out var format) ? format.Bits : double.PositiveInfinity;

    /// <summary>The integer format has the colour itself, the others are from lighter to darker and never the same.</summary>
    private static IEnumerable<KeyValuePair<string, OxyColor>> Shades(IGrouping<OxyColor, NumberFormat> formats)
    {
        var others = formats.Select(f => f.Name).Where(n => !n.StartsWith(Integer, StringComparison.Ordinal)).Order(StringComparer.Ordinal).ToList();
        var even = others.Count + (others.Count % 2);
        return others.Select((name, i) => KeyValuePair.Create(name, Shade(formats.Key, GreatestShade * (1 - (((2 * i) + 1.0) / even)))))
            .Concat(formats.Select(f => f.Name).Except(others).Select(name => KeyValuePair.Create(name, formats.Key)));
    }

    /// <summary>Lighter by a positive share, darker by a negative one.</summary>
    private static OxyColor Shade(OxyColor color, double share) =>
        OxyColor.Interpolate(color, share > 0 ? OxyColors.White : OxyColors.Black, Math.Abs(share));
}
