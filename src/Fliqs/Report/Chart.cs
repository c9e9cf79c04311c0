using OxyPlot;

namespace Fliqs.Report;

/// <summary>A chart: what is drawn, what stands for it where it cannot be seen, and the numbers behind it.</summary>
/// <param name="Name">Names its files.</param>
/// <param name="Title">What it shows, with the unit.</param>
/// <param name="Description">What is to be seen, in a sentence or two.</param>
/// <param name="Plot">The drawing, <see cref="Width"/> wide.</param>
/// <param name="Height">Of the drawing.</param>
/// <param name="Data">The numbers; null where they stand beside it anyway.</param>
/// <param name="Marks">Areas that show a text under the pointer.</param>
internal sealed record Chart(
    string Name, string Title, string Description, PlotModel Plot, double Height, DataTable? Data, IReadOnlyList<ChartMark> Marks)
{
    /// <summary>The width of all charts: on a telephone they are shown at three quarters of it, on a desk two side by side.</summary>
    public const double Width = 460;

    /// <summary>The height of charts whose content does not decide it.</summary>
    public const double UsualHeight = 270;
}
