namespace Fliqs.Report;

/// <summary>An area of a chart that shows a text under the pointer; in the coordinates of the axes.</summary>
internal sealed record ChartMark(double X0, double Y0, double X1, double Y1, string Text);
