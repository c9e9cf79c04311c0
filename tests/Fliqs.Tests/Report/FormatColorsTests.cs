using Fliqs.Numerics;
using Fliqs.Report;

namespace Fliqs.Tests.Report;

public sealed class FormatColorsTests
{
    [Fact]
    public void Formats_are_ordered_from_narrow_to_wide_and_have_colours_of_their_own()
    {
        var colors = new FormatColors(NumberFormat.All.Select(f => f.Name).Reverse());
        var bits = colors.Names.Select(n => NumberFormat.Parse(n).Bits).ToList();
        Assert.Equal(bits.Order(), bits);
        Assert.Equal(colors.Names.Count, colors.Names.Select(n => colors[n]).Distinct().Count());
    }

    [Fact]
    public void A_width_has_the_same_colour_in_every_chart() =>
        Assert.Equal(new FormatColors(["INT2", "INT4", "BF16"])["INT4"], new FormatColors(["INT4", "E4M3"])["INT4"]);

    [Fact]
    public void Options_that_are_no_formats_come_last() =>
        Assert.Equal(["INT8", "BF16", "skip"], new FormatColors(["skip", "BF16", "INT8", "skip"]).Names);
}
