using OxyPlot;

namespace Fliqs.Report;

/// <summary>
/// Measures text by the built-in widths of Arial, which the library gives in points, and somewhat wider, since a reader may have a
/// wider font: DejaVu Sans is by about a sixth.
/// </summary>
internal sealed class TextMeasure() : PdfRenderContext(1, 1, OxyColors.White)
{
    private const double PixelsPerPoint = 96 / 72.0;
    private const double Room = 1.16;

    public override OxySize MeasureText(string text, string fontFamily, double fontSize, double fontWeight)
    {
        var size = base.MeasureText(text, fontFamily, fontSize, fontWeight);
        return new OxySize(size.Width * PixelsPerPoint * Room, size.Height * PixelsPerPoint);
    }
}
