using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using OxyPlot;
using SkiaSharp;

namespace Fliqs.Report;

/// <summary>
/// Charts as SVG: a picture with a title and a description for those who hear it, and texts under the pointer. It is measured with
/// built-in widths of letters, so that it looks the same on every machine.
/// </summary>
internal static partial class SvgDrawing
{
    private const string Fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, 'DejaVu Sans', sans-serif";
    private const string Font = "Arial";
    private const double TitleHeight = 26;

    /// <summary>A plain font where there is one; its absence would give the serifs of whatever comes first.</summary>
    private static string FontOfMachine()
    {
        var families = SKFontManager.Default.FontFamilies.ToList();
        return families.Find(f => f is Font or "Helvetica" or "Liberation Sans" or "DejaVu Sans" or "Noto Sans")
            ?? families.Find(f => f.Contains("Sans", StringComparison.Ordinal)) ?? Font;
    }

    /// <summary>An element of a page, in the colours of its style sheet.</summary>
    public static string Inline(Chart chart) =>
        Theme.WithVariables(Unique().Replace(Draw(chart, null, chart.Height), match => chart.Name + "-" + match.Value));

    /// <summary>A document of its own, on a light ground, with its title in it.</summary>
    public static string Document(Chart chart) => "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + Draw(chart, chart.Title, chart.Height + TitleHeight);

    /// <summary>The same as pixels, two for each unit of the drawing. Without a font on the machine there is no text in it.</summary>
    public static void WritePng(Chart chart, Stream stream)
    {
        (chart.Plot.Title, chart.Plot.Background, chart.Plot.DefaultFont) = (chart.Title, Theme.Surface, FontOfMachine());
        new OxyPlot.SkiaSharp.PngExporter
        {
            Width = 2 * (int)Chart.Width,
            Height = 2 * (int)(chart.Height + TitleHeight),
            Dpi = 2 * 96,
            UseTextShaping = false, // which would need one more native library
        }.Export(chart.Plot, stream);
    }

    private static string Draw(Chart chart, string? title, double height)
    {
        (chart.Plot.Title, chart.Plot.DefaultFont) = (title, Font);
        chart.Plot.Background = title is null ? OxyColors.Transparent : Theme.Surface;
        var drawn = new SvgExporter { Width = Chart.Width, Height = height, IsDocument = false, TextMeasurer = new TextMeasure() }.ExportToString(chart.Plot);
        var content = drawn[(drawn.IndexOf('>', drawn.IndexOf("<svg", StringComparison.Ordinal)) + 1)..drawn.LastIndexOf("</svg>", StringComparison.Ordinal)];
        var svg = new StringBuilder(string.Create(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Chart.Width} {height}\" width=\"{Chart.Width}\" height=\"{height}\" role=\"img\" "
            + $"aria-labelledby=\"{chart.Name}-title {chart.Name}-desc\" font-family=\"{Fonts}\">\n"
            + $"<title id=\"{chart.Name}-title\">{WebUtility.HtmlEncode(chart.Title)}</title>\n"
            + $"<desc id=\"{chart.Name}-desc\">{WebUtility.HtmlEncode(chart.Description)}</desc>"));
        svg.Append(Superfluous().Replace(Indentation().Replace(content, "\n"), ""));
        if (chart.Marks.Count > 0)
            svg.Append("<g fill=\"#000\" fill-opacity=\"0\">\n").AppendJoin('\n', chart.Marks.Select(m => Area(chart.Plot, m))).Append("\n</g>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private static string Area(PlotModel plot, ChartMark mark)
    {
        var from = plot.DefaultXAxis.Transform(mark.X0, mark.Y0, plot.DefaultYAxis);
        var to = plot.DefaultXAxis.Transform(mark.X1, mark.Y1, plot.DefaultYAxis);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{Math.Min(from.X, to.X):0.#}\" y=\"{Math.Min(from.Y, to.Y):0.#}\" width=\"{Math.Abs(to.X - from.X):0.#}\""
            + $" height=\"{Math.Abs(to.Y - from.Y):0.#}\"><title>{WebUtility.HtmlEncode(mark.Text)}</title></rect>");
    }

    [GeneratedRegex("clipPath[0-9]+")]
    private static partial Regex Unique();

    /// <summary>The font, which is that of the page; lines around nothing; opacity to more than two digits.</summary>
    [GeneratedRegex(" font-family=\"Arial\"|;stroke:black;stroke-width:0(?![.0-9])|(?<=fill-opacity:0\\.[0-9]{2})[0-9]+")]
    private static partial Regex Superfluous();

    [GeneratedRegex("\\r?\\n *")]
    private static partial Regex Indentation();
}
