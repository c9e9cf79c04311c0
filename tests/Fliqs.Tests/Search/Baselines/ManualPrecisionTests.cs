using CsCheck;
using Fliqs.Cost;
using Fliqs.Search.Baselines;
using Fliqs.Space;

namespace Fliqs.Tests.Search.Baselines;

public sealed class ManualPrecisionTests
{
    private static string Choose(long[] macs, string formats, double limit, ActivationMode activations = ActivationMode.Tied)
    {
        var (space, budget) = Task(macs, formats, activations, _ => limit);
        return string.Join(' ', space.FormatsOf(ManualPrecision.Choose(space, budget)));
    }

    private static (SearchSpace Space, Budget Budget) Task(long[] macs, string formats, ActivationMode activations, Func<CostTable, double> limit)
    {
        var layers = macs.Select((m, i) => new LayerShape($"conv{i}", m, 1)).ToList();
        var space = SearchSpace.Create(layers, NamedSpaces.Parse(formats), activations: activations);
        var table = new CostTable(new BitOperations(), space, layers);
        return (space, new Budget(table, limit(table)));
    }

    /// <summary>MACs of 1, 8, 4, 2 and 1 million: costs are MACs times bits squared, in thousandths of a GBOP.</summary>
    [Theory]
    [InlineData("int", 0.189, "INT8 INT2 INT2 INT2 INT8")]      // the ends cost 0.128, the rest 0.056 in INT2; conv3 in INT3 0.010 more
    [InlineData("int", 0.195, "INT8 INT2 INT2 INT3 INT8")]
    [InlineData("int", 0.215, "INT8 INT2 INT3 INT3 INT8")]
    [InlineData("int", 0.255, "INT8 INT3 INT3 INT3 INT8")]
    [InlineData("int", 0.130, "INT6 INT2 INT2 INT2 INT6")]      // ends as wide as the budget allows
    [InlineData("int", 0.064, "INT2 INT2 INT2 INT2 INT2")]
    [InlineData("int", 1.024, "INT8 INT8 INT8 INT8 INT8")]
    [InlineData("INT4,INT8,BF16", 1.5, "BF16 INT8 INT8 INT8 BF16")]      // ample: the ends rise with the rest
    [InlineData("E3M1,E2M1,E4M3,E2M2", 0.42, "E4M3 E2M1 E2M2 E2M2 E4M3")]
    [InlineData("float", 0.42, "E4M3 E2M1 E2M2 E2M2 E4M3")]     // half of the bits in the exponent
    [InlineData("all", 0.215, "INT8 INT2 INT3 INT3 INT8")]
    public void The_ends_are_wide_and_the_largest_layers_narrowest(string formats, double limit, string expected) =>
        Assert.Equal(expected, Choose([1_000_000, 8_000_000, 4_000_000, 2_000_000, 1_000_000], formats, limit));

    [Fact]
    public void Weights_and_activations_that_are_decided_apart_go_together() => Assert.Equal(
        "INT8 INT2 INT3 INT3 INT8", Choose([1_000_000, 8_000_000, 4_000_000, 2_000_000, 1_000_000], "int", 0.215, ActivationMode.Separate));

    [Fact]
    public void A_network_of_one_layer_gets_the_widest_that_fits() => Assert.Equal("INT5", Choose([1_000_000], "int", 0.030));

    [Fact]
    public void The_rest_has_two_neighbouring_formats_at_most_and_the_budget_is_kept() => Gen.Select(
        Gen.Double[0, 6].Select(d => (long)(1e5 * Math.Exp(d))).Array[3, 24], Gen.Enum<ActivationMode>(), Gen.Double[0, 1]).Sample((macs, activations, share) =>
        {
            var (space, budget) = Task(macs, "int", activations, t => t.Minimum + (share * (t.Maximum - t.Minimum)));
            var chosen = ManualPrecision.Choose(space, budget);
            Assert.True(budget.Admits(chosen));
            var bits = space.FormatsOf(chosen).Select(f => f.Weight.Bits).ToList();
            Assert.InRange(Math.Abs(bits[0] - bits[^1]), 0, 1);
            var rest = bits[1..^1].Zip(macs[1..^1]).ToList();
            Assert.InRange(rest.Max(r => r.First) - rest.Min(r => r.First), 0, 1);
            foreach (var (narrow, macsOfNarrow) in rest.Where(r => r.First == rest.Min(o => o.First)))
                Assert.All(rest.Where(r => r.First > narrow), wider => Assert.True(wider.Second <= macsOfNarrow));
        }, iter: 300);
}
