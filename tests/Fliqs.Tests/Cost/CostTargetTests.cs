using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

public sealed class CostTargetTests
{
    private static readonly LayerShape[] Layers = [new("a", 1_000_000_000, 4_000_000), new("b", 1_000_000_000, 4_000_000, NumberFormat.Int8)];

    [Theory]
    [InlineData("33.5GBOPs", "GBOPs", 33.5)]
    [InlineData("33.5 gbops", "GBOPs", 33.5)]
    [InlineData(" 250MBOPs ", "GBOPs", 0.25)]
    [InlineData("1.2TBOPs", "GBOPs", 1200)]
    [InlineData("2.1MB", "MB", 2.1)]
    [InlineData("350kB", "MB", 0.35)]
    [InlineData("1e-3GB", "MB", 1)]
    [InlineData("1.5e+2bits", "bits", 150)]
    public void Absolute_amounts_are_read_with_every_unit(string text, string unit, double amount)
    {
        var target = CostTarget.Parse(text);
        Assert.Equal(unit, target.Unit);
        Assert.Equal(1, target.Amount / amount, 1e-12);
        Assert.Null(target.Format);
        Assert.Equal(text.Trim(), target.Text);
    }

    [Theory]
    [InlineData("1.15xINT4", 1.15, "INT4")]
    [InlineData("1.0xMXFP6_E2M3", 1, "MXFP6_E2M3")]
    [InlineData("2XE4M3", 2, "E4M3")]
    [InlineData(".5 xbf16", 0.5, "BF16")]
    [InlineData("1e0xE2M1", 1, "E2M1")]
    public void Multiples_of_a_uniform_format_are_read(string text, double factor, string format)
    {
        var target = CostTarget.Parse(text);
        Assert.Equal(factor, target.Amount);
        Assert.Equal(format, target.Format!.Name);
        Assert.Null(target.Unit);
    }

    [Theory]
    [InlineData("")]
    [InlineData("33.5")]
    [InlineData("GBOPs")]
    [InlineData("-1GBOPs")]
    [InlineData("0MB")]
    [InlineData("0xINT4")]
    [InlineData("1.2.3MB")]
    [InlineData("1e999MB")]
    [InlineData("NaNMB")]
    [InlineData("1,5MB")]
    [InlineData("1x INT4")]
    [InlineData(".MB")]
    public void What_is_not_a_positive_amount_is_refused_with_an_example(string text)
    {
        var e = Assert.Throws<InputException>(() => CostTarget.Parse(text));
        Assert.Contains($"'{text}'", e.Message);
        Assert.Contains("1.15xINT4", e.Message);
    }

    [Fact]
    public void Unknown_units_and_formats_are_named()
    {
        Assert.Contains("'MiB'; known: GBOPs", Assert.Throws<InputException>(() => CostTarget.Parse("2MiB")).Message);
        Assert.Contains("'INT44'; did you mean 'INT4'", Assert.Throws<InputException>(() => CostTarget.Parse("1xINT44")).Message);
        Assert.Contains("unknown format ''", Assert.Throws<InputException>(() => CostTarget.Parse("1x")).Message);
    }

    [Fact]
    public void A_multiple_is_one_of_the_uniform_cost_with_pinned_layers_as_they_are()
    {
        Assert.Equal(1.5 * (16 + 64), CostTarget.Parse("1.5xINT4").Resolve(new BitOperations(), Layers), 12);
        Assert.Equal(1.5 * (2 + 4), CostTarget.Parse("1.5xINT4").Resolve(new ModelSize(), Layers), 12);
    }

    [Fact]
    public void An_amount_is_taken_as_it_is_and_only_in_the_unit_of_the_cost()
    {
        Assert.Equal(3000, CostTarget.Parse("3TBOPs").Resolve(new BitOperations(), Layers), 9);
        var e = Assert.Throws<InputException>(() => CostTarget.Parse("3MB").Resolve(new BitOperations(), Layers));
        Assert.Contains("MB", e.Message);
        Assert.Contains("GBOPs", e.Message);
    }
}
