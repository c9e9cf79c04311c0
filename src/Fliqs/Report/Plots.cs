using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace Fliqs.Report;

/// <summary>The one look of all charts.</summary>
internal static class Plots
{
    public const double FontSize = 12;
    private const double SmallFont = 11;
    private const int LongestName = 28;

    /// <summary>A plot without axes, with a legend on top for series that have a title.</summary>
    public static PlotModel Create()
    {
        var plot = new PlotModel
        {
            Culture = CultureInfo.InvariantCulture,
            DefaultFont = "Arial",
            DefaultFontSize = FontSize,
            Background = OxyColors.Transparent,
            TextColor = Theme.Ink,
            TitleFontSize = 13,
            TitleFontWeight = FontWeights.Bold,
            TitleHorizontalAlignment = TitleHorizontalAlignment.CenteredWithinView,
            PlotAreaBorderColor = Theme.Muted,
            PlotAreaBorderThickness = new OxyThickness(0, 0, 0, 1),
            Padding = new OxyThickness(4, 6, 14, 4),
        };
        plot.Legends.Add(new Legend
        {
            LegendPlacement = LegendPlacement.Outside,
            LegendPosition = LegendPosition.TopLeft,
            LegendOrientation = LegendOrientation.Horizontal,
            LegendTextColor = Theme.Ink,
            LegendFontSize = SmallFont,
            LegendPadding = 2,
            LegendMargin = 2,
            LegendColumnSpacing = 12,
            LegendItemSpacing = 12,
        });
        return plot;
    }

    /// <summary>The height of a row of a chart that has one for each of so many names.</summary>
    public static double RowHeight(int count) => count <= 24 ? 26 : count <= 48 ? 20 : 15;

    /// <summary>The size of letters that fit into such a row.</summary>
    public static double RowFont(int count) => count <= 48 ? 10.5 : 9;

    /// <summary>A linear axis with fine lines across the plot where it is vertical.</summary>
    public static LinearAxis Axis(AxisPosition position, string title, double minimum = double.NaN, double maximum = double.NaN) => new()
    {
        Position = position,
        Title = title,
        TitleColor = Theme.Muted,
        TitleFontSize = SmallFont,
        AxisTitleDistance = 6,
        TextColor = Theme.Muted,
        FontSize = SmallFont,
        TickStyle = TickStyle.None,
        Minimum = minimum,
        Maximum = maximum,
        MinimumPadding = position == AxisPosition.Bottom ? 0.01 : 0.05,
        MaximumPadding = position == AxisPosition.Bottom ? 0.01 : 0.05,
        IntervalLength = position == AxisPosition.Bottom ? 70 : 40,
        MajorGridlineStyle = position == AxisPosition.Left ? LineStyle.Solid : LineStyle.None,
        MajorGridlineColor = Theme.Grid,
    };

    /// <summary>Has an axis reach from the least to the greatest value, and on by a share of the way between them.</summary>
    public static LinearAxis Including(LinearAxis axis, double padding, IEnumerable<double?> values)
    {
        var known = values.OfType<double>().ToList();
        var room = known.Max() > known.Min() ? padding * (known.Max() - known.Min()) : padding * Math.Max(1, Math.Abs(known.Max()));
        (axis.Minimum, axis.Maximum) = (known.Min() - room, known.Max() + room);
        return axis;
    }

    /// <summary>In percent where the bar of a mean begins and ends; nothing without a mean.</summary>
    public static IEnumerable<double?> Ends(double? mean, double? deviation) => [100 * (mean - (deviation ?? 0)), 100 * (mean + (deviation ?? 0))];

    /// <summary>A vertical axis of names, the first on top; position i is at i, its room from i - 0.5 to i + 0.5.</summary>
    public static CategoryAxis Names(IReadOnlyCollection<string> names)
    {
        var axis = new CategoryAxis
        {
            Position = AxisPosition.Left,
            StartPosition = 1,
            EndPosition = 0,
            TextColor = Theme.Ink,
            FontSize = RowFont(names.Count),
            TickStyle = TickStyle.None,
            AxislineStyle = LineStyle.None,
        };
        axis.Labels.AddRange(names.Select(Short));
        return axis;
    }

    /// <summary>A line through points.</summary>
    public static LineSeries Line(string? title, OxyColor color, IEnumerable<(double X, double Y)> points, LineStyle style = LineStyle.Solid)
    {
        var line = new LineSeries { Title = title, Color = color, StrokeThickness = 1.75, LineStyle = style, LineJoin = LineJoin.Round };
        line.Points.AddRange(points.Select(p => new DataPoint(p.X, p.Y)));
        return line;
    }

    /// <summary>Adds a dashed line across the plot at a height, with a text above its left or right end.</summary>
    public static void AddLevel(PlotModel plot, double y, string text, HorizontalAlignment end)
    {
        plot.Annotations.Add(Rule(LineAnnotationType.Horizontal, y, LineStyle.Dash));
        ((IPlotModel)plot).Update(true);
        var axis = plot.DefaultXAxis;
        var label = Label(end == HorizontalAlignment.Left ? axis.ActualMinimum : axis.ActualMaximum, y, text, Theme.Muted, end);
        (label.TextVerticalAlignment, label.Offset) = (VerticalAlignment.Bottom, new ScreenVector(0, -4));
        plot.Annotations.Add(label);
    }

    /// <summary>Adds a dashed line from top to bottom, with a text to its left.</summary>
    public static void AddBoundary(PlotModel plot, double x, string text)
    {
        plot.Annotations.Add(Rule(LineAnnotationType.Vertical, x, LineStyle.Dash));
        ((IPlotModel)plot).Update(true);
        var label = Label(x, plot.DefaultYAxis.ActualMaximum, text, Theme.Muted, HorizontalAlignment.Right); // names end at the bottom
        (label.TextVerticalAlignment, label.Offset) = (VerticalAlignment.Bottom, new ScreenVector(-4, 4));
        plot.Annotations.Add(label);
    }

    /// <summary>A line across the whole plot, at a height or at a place from left to right.</summary>
    public static LineAnnotation Rule(LineAnnotationType type, double at, LineStyle style) =>
        new() { Type = type, X = at, Y = at, Color = Theme.Muted, LineStyle = style, StrokeThickness = 1.25 };

    /// <summary>A text at a point.</summary>
    public static TextAnnotation Label(
        double x, double y, string text, OxyColor color, HorizontalAlignment alignment = HorizontalAlignment.Center, double fontSize = SmallFont) => new()
        {
            Text = text,
            TextPosition = new DataPoint(x, y),
            TextColor = color,
            TextHorizontalAlignment = alignment,
            TextVerticalAlignment = VerticalAlignment.Middle,
            StrokeThickness = 0,
            FontSize = fontSize,
            ClipByXAxis = false,
            ClipByYAxis = false,
        };

    /// <summary>Long names lose their beginning, in which they differ least.</summary>
    private static string Short(string name) => name.Length <= LongestName ? name : "…" + name[^(LongestName - 1)..];
}
