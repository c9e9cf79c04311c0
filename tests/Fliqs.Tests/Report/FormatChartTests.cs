using Fliqs.Numerics;
using Fliqs.Report;
using Fliqs.Results;
using Fliqs.Tests.Storage;
using OxyPlot.Series;

namespace Fliqs.Tests.Report;

public sealed class FormatChartTests
{
    public static TheoryData<string> Formats => [.. NumberFormat.All.Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Formats))]
    public void The_name_of_a_format_fits_into_its_cell(string name)
    {
        using var root = new TemporaryFolder();
        var folder = ExampleRun.Create(root["run"], r => r with { Layers = [.. r.Layers.Select(l => l with { Name = "features.11.conv.1.0", Weight = name })] });
        var chart = FormatChart.Of(RunResult.Load(folder));
        SvgDrawing.Document(chart);    // lays it out

        var cell = chart.Plot.Series.OfType<RectangleBarSeries>().Single().Items[0];
        var axis = chart.Plot.DefaultXAxis;
        Assert.InRange(new TextMeasure().MeasureText(name, "Arial", Plots.RowFont(3), 400).Width, 1, axis.Transform(cell.X1) - axis.Transform(cell.X0));
    }
}
