using Fliqs.Numerics;
using OxyPlot;

namespace Fliqs.Report;

/// <summary>
/// A colour for every format, from cool and narrow to hot and wide, the same in every chart. Formats of about equal width have shades of
/// one colour; options that are no formats are grey.
/// </summary>
internal sealed class FormatColors
{
    private const double GreatestShade = 0.3;

    private static readonly (double Bits, OxyColor Color)[] Scale =
    [
        (2, OxyColor.Parse("#5c7cfa")), (3, OxyColor.Parse("#339af0")), (4, OxyColor.Parse("#22b8cf")), (5, OxyColor.Parse("#20c997")),
        (6, OxyColor.Parse("#94d82d")), (7, OxyColor.Parse("#fcc419")), (8, OxyColor.Parse("#ff922b")), (16, OxyColor.Parse("#ff6b6b")),
        (32, OxyColor.Parse("#be4bdb")),
    ];

    private static readonly OxyColor Unknown = OxyColor.Parse("#868e96");
    private readonly Dictionary<string, OxyColor> colors = new(StringComparer.Ordinal);

    /// <summary>The colours of the formats of a run.</summary>
    public FormatColors(IEnumerable<string> names)
    {
        Names = [.. names.Distinct().OrderBy(Bits).ThenBy(n => n.StartsWith("INT", StringComparison.Ordinal) ? 0 : 1).ThenBy(n => n, StringComparer.Ordinal)];
        foreach (var group in Names.GroupBy(n => OfBits(Bits(n))))
        {
            var shades = group.ToList();
            for (var i = 0; i < shades.Count; i++)
                colors[shades[i]] = Shade(group.Key, shades.Count == 1 ? 0 : GreatestShade * (1 - (2.0 * i / (shades.Count - 1))));
        }
    }

    /// <summary>The formats from narrow to wide.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The colour of a format.</summary>
    public OxyColor this[string name] => colors[name];

    /// <summary>A colour for text on top of another.</summary>
    public static OxyColor TextOn(OxyColor color) =>
        (0.299 * color.R) + (0.587 * color.G) + (0.114 * color.B) > 110 ? OxyColor.Parse("#10141c") : OxyColor.Parse("#fdfdfe");

    private static double Bits(string name) => NumberFormat.TryParse(name, out var format) ? format.Bits : double.PositiveInfinity;

    private static OxyColor OfBits(double bits) =>
        double.IsInfinity(bits) ? Unknown : Scale.MinBy(s => Math.Abs(s.Bits - bits)).Color;

    /// <summary>Lighter by a positive share, darker by a negative one.</summary>
    private static OxyColor Shade(OxyColor color, double share) =>
        OxyColor.Interpolate(color, share > 0 ? OxyColors.White : OxyColors.Black, Math.Abs(share));
}
