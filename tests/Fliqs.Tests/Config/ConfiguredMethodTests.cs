using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Contracts;
using Fliqs.Tests.Supernets;

namespace Fliqs.Tests.Config;

public sealed class ConfiguredMethodTests
{
    [Fact]
    public void Every_method_can_be_had_by_its_name()
    {
        using var run = new TestRun();
        Assert.All(ConfiguredMethod.Names, name => Assert.Equal(name, ConfiguredMethod.Create(new RunConfig { Method = name }, run.Space, run.Budget).Name));
    }

    [Fact]
    public void The_default_is_the_default() => Assert.Equal(new RunConfig().Method, ConfiguredMethod.Names[0]);

    [Fact]
    public void Uniform_precision_is_the_widest_format_within_the_budget()
    {
        using var run = new TestRun();
        Assert.Equal("INT4", run.Space.FormatsOf(run.Run(Create(run, new RunConfig { Method = "uniform" })).Assignment!)[0].ToString());
        Assert.All(run.Steps, s => Assert.Equal("final", s.Phase));
        using var warm = new TestRun();
        warm.Run(Create(warm, new RunConfig { Method = "uniform-warm", Warmup = 0.25 }));
        Assert.Equal(6, warm.Steps.Count(s => s.Phase == "warm-up"));
    }

    [Theory]
    [InlineData("uniform", "no uniform format of the space is within the target")]
    [InlineData("uniform-warm", "no uniform format of the space is within the target")]
    [InlineData("manual", "the target is below the cost of INT2 everywhere")]
    public void A_target_that_the_rule_of_a_method_cannot_keep_is_refused_before_the_run(string method, string message)
    {
        LayerShape[] layers = [new("a", 10, 1), new("b", 10, 2)];
        var space = SearchSpace.Create(layers, NamedSpaces.Parse("INT2,INT8"));
        var budget = new Budget(new CostTable(new Mixed(), space, layers), 2);
        Assert.StartsWith(message, Assert.Throws<InputException>(() => ConfiguredMethod.Create(new RunConfig { Method = method }, space, budget)).Message);
    }

    /// <summary>A machine on which the first layer is faster in INT2, and the second in INT8.</summary>
    private sealed class Mixed : ICostModel
    {
        public string Name => "mixed";

        public string Unit => "ms";

        public double LayerCost(LayerShape layer, LayerFormats formats) => layer.Name == "a" == (formats.Weight == NumberFormat.Int2) ? 1 : 3;
    }

    [Theory]
    [InlineData("manul", "unknown method 'manul'; did you mean 'manual'?; known: fliqs, fliqs-plain, uniform")]
    [InlineData("bf16", "bf16 has no budget to keep: fliqs train --format BF16")]
    public void What_is_no_search_is_named(string method, string message) =>
        Assert.StartsWith(message, Assert.Throws<InputException>(() => ConfiguredMethod.Check(new RunConfig { Method = method })).Message);

    [Fact]
    public void A_step_has_an_image_for_every_sample()
    {
        using var run = new TestRun();
        Assert.Equal("fliqs", Create(run, new RunConfig { Samples = 8, Batch = 4, Accumulate = 2 }).Name);
        Assert.Equal(
            "samples 9: a step has only 8 images to divide among them",
            Assert.Throws<InputException>(() => Create(run, new RunConfig { Samples = 9, Batch = 4, Accumulate = 2 })).Message);
    }

    [Fact]
    public void Architectures_are_for_the_searches_that_choose_them()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var supernet = TestSpaces.Create(TestSpaces.Tiny());
        var space = supernet.Space(NamedSpaces.Parse("INT4,INT8"));
        var table = new CostTable(new BitOperations(), space, supernet.Model.Shapes);
        var budget = new Budget(table, table.Maximum);
        Assert.Equal("fliqs", ConfiguredMethod.Create(new RunConfig(), space, budget).Name);
        Assert.Equal(
            "manual chooses formats, not architectures: use fliqs or fliqs-plain",
            Assert.Throws<InputException>(() => ConfiguredMethod.Create(new RunConfig { Method = "manual" }, space, budget)).Message);
    }

    [Fact]
    public void An_option_of_another_method_is_refused_rather_than_ignored()
    {
        var config = new RunConfig { Method = "manual", Final = 0.5, Candidates = 3, Warmup = 0.1 };
        Assert.Equal("'final' is not an option of the method manual", Assert.Throws<InputException>(() => ConfiguredMethod.Check(config)).Message);
        Assert.Equal(new RunConfig { Method = "manual", Warmup = 0.1 }, ConfiguredMethod.WithoutForeignOptions(config, "manual"));
        Assert.Equal(config with { Final = null }, ConfiguredMethod.WithoutForeignOptions(config, "random"));
        ConfiguredMethod.Check(ConfiguredMethod.WithoutForeignOptions(config, "manual"));
    }

    private static ISearchMethod Create(TestRun run, RunConfig config) => ConfiguredMethod.Create(config, run.Space, run.Budget);
}
