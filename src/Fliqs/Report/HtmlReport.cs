using Fliqs.Storage;
using SkiaSharp;

namespace Fliqs.Report;

/// <summary>
/// What a run, a comparison or a front has come to as a page that is one file: charts, tables, configuration and command. It needs no network and no program to
/// be read, follows the reader's choice of light and dark, and can be printed.
/// </summary>
public sealed class HtmlReport
{
    private readonly string html;
    private readonly IReadOnlyList<Chart> charts;

    internal HtmlReport(string html, IReadOnlyList<Chart> charts) => (this.html, this.charts) = (html, charts);

    /// <summary>Whether letters can be drawn into PNG files on this machine; without a font they stay away.</summary>
    public static bool HasFonts => SKFontManager.Default.FontFamilyCount > 0;

    /// <summary>
    /// The report of the folder of a run, of a comparison or of a front; of the last two the one that was made last. What is not
    /// complete yet is shown as far as it has come.
    /// </summary>
    /// <exception cref="InputException">It is none of these folders, or a file in it is damaged.</exception>
    public static HtmlReport Of(string folder)
    {
        var (comparison, front) = (Path.Combine(folder, "comparison.json"), Path.Combine(folder, "pareto.json"));
        if (File.Exists(front) && (!File.Exists(comparison) || File.GetLastWriteTimeUtc(front) > File.GetLastWriteTimeUtc(comparison)))
            return ComparisonPage.OfFront(front);
        return File.Exists(comparison) ? ComparisonPage.OfComparison(comparison) : RunPage.Of(RunFolder.Open(folder));
    }

    /// <summary>The page.</summary>
    public override string ToString() => html;

    /// <summary>Writes the page.</summary>
    /// <inheritdoc cref="AtomicFile.WriteText" path="/exception"/>
    public void Write(string file) => AtomicFile.WriteText(file, html);

    /// <summary>Writes every chart as <c>NAME.svg</c> and <c>NAME.png</c>.</summary>
    /// <param name="folder">Is made if it is not there.</param>
    /// <returns>The number of charts.</returns>
    /// <inheritdoc cref="AtomicFile.Write" path="/exception"/>
    public int WritePlots(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var chart in charts)
        {
            AtomicFile.WriteText(Path.Combine(folder, chart.Name + ".svg"), SvgDrawing.Document(chart));
            AtomicFile.Write(Path.Combine(folder, chart.Name + ".png"), stream => SvgDrawing.WritePng(chart, stream));
        }

        return charts.Count;
    }
}
