using System.Globalization;
using System.Xml.Linq;
using Fliqs.Report;
using OxyPlot.Axes;

namespace Fliqs.Tests.Report;

public sealed class SvgDrawingTests
{
    [Fact]
    public void Marks_lie_where_the_axes_put_them()
    {
        var plot = Plots.Create();
        plot.Axes.Add(Plots.Axis(AxisPosition.Bottom, "x", 0, 10));
        plot.Axes.Add(Plots.Axis(AxisPosition.Left, "y", 0, 1));
        plot.Series.Add(Plots.Line(null, Theme.Ink, [(0, 0), (5, 0.5), (10, 1)]));
        var svg = XElement.Parse(SvgDrawing.Inline(new Chart(
            "c", "title of it", "what <is> seen", plot, 200, null, [new ChartMark(0, 0, 5, 0.5, "a & b"), new ChartMark(5, 0.5, 10, 1, "")])));

        var line = svg.Descendants().Single(e => e.Name.LocalName == "polyline" && e.Attribute("style")!.Value.Contains(";stroke-width:1.75", StringComparison.Ordinal));
        var points = line.Attribute("points")!.Value.Split(' ', ',').Select(Number).ToArray();
        var marks = svg.Descendants().Where(e => e.Name.LocalName == "rect" && e.Elements().Any()).ToList();
        Assert.Equal(["a & b", ""], marks.Select(m => m.Value));
        Assert.Equal(points[0], Number(marks[0].Attribute("x")!.Value), 0.1);
        Assert.Equal(points[2] - points[0], Number(marks[0].Attribute("width")!.Value), 0.2);
        Assert.Equal(points[3], Number(marks[0].Attribute("y")!.Value), 0.1);
        Assert.Equal(["title of it", "what <is> seen"], svg.Elements().Take(2).Select(e => e.Value));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
