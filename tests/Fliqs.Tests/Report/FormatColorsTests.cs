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
    public void A_format_has_the_same_colour_whatever_stands_beside_it() =>
        Assert.Equal(new FormatColors(["E2M1"])["E2M1"], new FormatColors(["E1M2", "E2M1", "INT4", "NVFP4"])["E2M1"]);

    [Fact]
    public void Options_that_are_no_formats_come_last() =>
        Assert.Equal(["INT8", "BF16", "skip"], new FormatColors(["skip", "BF16", "INT8", "skip"]).Names);
}
