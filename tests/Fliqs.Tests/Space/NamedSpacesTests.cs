using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Space;

public sealed class NamedSpacesTests
{
    /// <summary>Every ExMy of 4 to 8 bits.</summary>
    private const string MiniFloats =
        "E1M2 E2M1 E3M0 " +
        "E1M3 E2M2 E3M1 E4M0 " +
        "E1M4 E2M3 E3M2 E4M1 E5M0 " +
        "E1M5 E2M4 E3M3 E4M2 E5M1 E6M0 " +
        "E1M6 E2M5 E3M4 E4M3 E5M2 E6M1 E7M0";

    private const string Blocks = "MXFP4 NVFP4 MXFP6_E2M3 MXFP6_E3M2 MXFP8_E4M3 MXFP8_E5M2 MXINT8";

    [Theory]
    [InlineData("fliqs-s-int", "INT4 INT8 BF16")]
    [InlineData("fliqs-l-int", "INT4 INT5 INT6 INT7 INT8 BF16")]
    [InlineData("fliqs-s-float", "E2M1 E4M3 BF16")]
    [InlineData("fliqs-l-float", MiniFloats + " BF16")]
    [InlineData("int", "INT2 INT3 INT4 INT5 INT6 INT7 INT8")]
    [InlineData("float", MiniFloats)]
    [InlineData("all", "INT2 INT3 INT4 INT5 INT6 INT7 INT8 " + MiniFloats + " " + Blocks + " BF16")]
    [InlineData("block", Blocks)]
    public void Named_spaces_hold_the_published_formats(string name, string formats)
    {
        Assert.Equal(formats.Split(' ').Order(), NamedSpaces.Parse(name).Select(f => f.Name).Order());
        Assert.Equal(NamedSpaces.Parse(name), NamedSpaces.Parse($" {name.ToUpperInvariant()} "));
    }

    [Fact]
    public void Every_name_is_read_and_is_sorted_from_narrow_to_wide()
    {
        Assert.Equal(8, NamedSpaces.Names.Count());
        foreach (var name in NamedSpaces.Names.Where(n => n != "all"))
        {
            var bits = NamedSpaces.Parse(name).Select(f => f.Bits).ToList();
            Assert.Equal(bits.Order(), bits);
        }
    }

    [Fact]
    public void A_list_is_read_in_its_order_in_any_case() =>
        Assert.Equal([NumberFormat.Bf16, NumberFormat.Int4, NumberFormat.E4M3], NamedSpaces.Parse("bf16, INT4 ,e4m3"));

    [Fact]
    public void A_space_in_a_list_stands_for_its_formats() =>
        Assert.Equal("INT2 INT3 INT4 INT5 INT6 INT7 INT8 BF16 E2M1", string.Join(' ', NamedSpaces.Parse("int, BF16,E2M1").Select(f => f.Name)));

    [Theory]
    [InlineData("INT44", "INT4")]
    [InlineData("fliqs-l-itn", "fliqs-l-int")]
    [InlineData("INT4,E4M33", "E4M3")]
    public void A_wrong_name_is_answered_with_the_nearest(string text, string meant)
    {
        var e = Assert.Throws<InputException>(() => NamedSpaces.Parse(text));
        Assert.Contains($"did you mean '{meant}'", e.Message);
        Assert.Contains($"'{text.Split(',')[^1]}'", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("INT4,")]
    [InlineData("INT4;INT8")]
    public void Gaps_and_other_separators_are_refused(string text) =>
        Assert.Throws<InputException>(() => NamedSpaces.Parse(text));

    [Fact]
    public void A_format_named_twice_is_refused() =>
        Assert.Contains("INT4", Assert.Throws<InputException>(() => NamedSpaces.Parse("int4,BF16,INT4")).Message);
}
