using OxyPlot;

namespace Fliqs.Report;

/// <summary>
/// The colours of charts. A chart is drawn in the light ones; in a page each of them becomes a variable of the style sheet, which
/// has another value where the reader prefers dark.
/// </summary>
internal static class Theme
{
    private static readonly (string Light, string Dark)[] Pairs =
    [
        ("#1d2433", "#e4e8f0"), // ink
        ("#5a6578", "#9aa6b8"), // muted
        ("#e3e7ee", "#2c3442"), // grid
        ("#ffffff", "#171c26"), // surface
        ("#1f6fde", "#6cb0ff"), // series: blue, orange, green, violet, red, teal, pink, olive, brown, grey
        ("#d2690a", "#ffa654"),
        ("#23863a", "#63d67f"),
        ("#7d44c8", "#bf9cff"),
        ("#c42f2f", "#ff8a8a"),
        ("#0a7f8f", "#58cfdd"),
        ("#bf3688", "#f492cb"),
        ("#7a7a12", "#cdca55"),
        ("#8a5a2b", "#d8a873"),
        ("#69707d", "#aab2c0"),
    ];

    private const int FirstSeries = 4;

    public static OxyColor Ink { get; } = Light(0);

    public static OxyColor Muted { get; } = Light(1);

    public static OxyColor Grid { get; } = Light(2);

    public static OxyColor Surface { get; } = Light(3);

    /// <summary>The colour of the series at a position; they begin anew after the tenth.</summary>
    public static OxyColor Series(int index) => Light(FirstSeries + (index % (Pairs.Length - FirstSeries)));

    /// <summary>The rules of the style sheet that give every colour its value.</summary>
    public static string Css =>
        $":root {{ {string.Join(' ', Pairs.Select(p => $"{Variable(p.Light)}: {p.Light};"))} }}\n"
        + $"@media screen and (prefers-color-scheme: dark) {{ :root {{ {string.Join(' ', Pairs.Select(p => $"{Variable(p.Light)}: {p.Dark};"))} }} }}\n";

    /// <summary>Puts variables in the place of the colours in a drawing.</summary>
    public static string WithVariables(string svg)
    {
        foreach (var (light, _) in Pairs)
        {
            var color = OxyColor.Parse(light);
            var written = $"rgb({color.R},{color.G},{color.B})";
            svg = svg.Replace($"fill=\"{written}\"", $"style=\"fill:var({Variable(light)})\"", StringComparison.Ordinal)
                .Replace(written, $"var({Variable(light)})", StringComparison.Ordinal);
        }

        return svg;
    }

    private static string Variable(string light) => "--c" + light[1..];

    private static OxyColor Light(int index) => OxyColor.Parse(Pairs[index].Light);
}
