using Fliqs.Comparison;
using Fliqs.Config;
using Fliqs.Cost;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Comparison;

public sealed class ComparisonPlanTests
{
    private static readonly RunConfig Config = new()
    {
        Model = "resnet8",
        Width = 0.25,
        Targets = "1.0xINT3,1.15xINT4,2MBOPs",
        Seeds = "1, 7",
    };

    [Fact]
    public void Every_method_runs_at_every_target_with_every_seed_and_the_reference_once_a_seed()
    {
        var cells = ComparisonPlan.Create(Config, "out");
        var perSeed = ((ComparisonPlan.MethodNames.Count - 1) * 3) + 1;
        Assert.Equal(2 * perSeed, cells.Count);
        Assert.Equal(cells.Count, cells.Select(c => c.Config.Out).Distinct().Count());
        Assert.All(cells.Take(perSeed), c => Assert.Equal(1, c.Config.Seed));
        Assert.All(cells.Skip(perSeed), c => Assert.Equal(7, c.Config.Seed));
    }

    [Theory]
    [InlineData("uniform-1.15xINT4-seed7", "train --model resnet8 --width 0.25 --seed 7 --format INT4")]
    [InlineData("uniform-warm-1.0xINT3-seed1", "train --model resnet8 --width 0.25 --format INT3 --warmup 0.3")]
    [InlineData("fliqs-1.15xINT4-seed1", "search --model resnet8 --width 0.25 --target 1.15xINT4 --uniform false")]
    [InlineData("fliqs-plain-2MBOPs-seed1", "search --model resnet8 --width 0.25 --target 2MBOPs --method fliqs-plain --uniform false")]
    [InlineData("manual-2MBOPs-seed1", "search --model resnet8 --width 0.25 --target 2MBOPs --method manual --uniform false")]
    [InlineData("bf16-seed1", "train --model resnet8 --width 0.25 --format BF16")]
    public void A_run_is_a_command_that_can_be_typed(string name, string command)
    {
        var cell = ComparisonPlan.Create(Config, "out").Single(c => c.Name == name);
        Assert.Equal($"fliqs {command} --out {Path.Combine("out", name)}", cell.Command);
    }

    [Fact]
    public void A_run_knows_no_more_than_its_command_says()
    {
        var searching = Config with { Space = "float", Targets = "1.15xE2M1", Granularity = Granularity.Block, Final = 0.5, Cost = "size", Jobs = 2 };
        Assert.All(ComparisonPlan.Create(searching, "out"), cell =>
        {
            var typed = ConfigFile.Read([], cell.Arguments.Skip(1).Chunk(2).Select(pair => (pair[0][2..], pair[1])));
            Assert.Equal(ConfigFile.Write(typed), ConfigFile.Write(cell.Config));
        });
    }

    [Fact]
    public void An_absolute_target_is_compared_with_the_widest_uniform_format_within_it()
    {
        var cell = ComparisonPlan.Create(Config, "out").First(c => c is { Method: "uniform", Target: "2MBOPs" });
        using var model = ConfiguredModel.Create(RunDefaults.Resolve(Config));
        var within = Enumerable.Range(2, 7).Where(bits => model.Shapes.Sum(s => s.Macs) * bits * bits <= 2e6).ToList();
        Assert.Equal($"INT{within.Max()}", cell.Config.Format);
        Assert.NotEqual(8, within.Max());
    }

    [Theory]
    [InlineData("int", "0.5xINT4", "INT2")]
    [InlineData("int", "1.0xINT4", "INT4")]
    [InlineData("int", "2.8xINT3", "INT5")]
    [InlineData("float", "1.15xE2M1", "E2M1")]
    [InlineData("float", "1.15xE3M0", "E3M0")]
    [InlineData("INT2,INT8", "1.0xINT5", "INT2")]
    public void Uniform_precision_is_the_widest_of_the_space_that_keeps_the_budget(string space, string target, string format)
    {
        using var model = ConfiguredModel.Create(RunDefaults.Resolve(Config));
        var cells = ComparisonPlan.Create(Config with { Space = space, Targets = target, Methods = "uniform,uniform-warm" }, "out");
        Assert.Equal(4, cells.Count);
        Assert.All(cells, c => Assert.Equal(format, c.Config.Format));
        Assert.InRange(NetworkCost.OfUniform(new BitOperations(), model.Shapes, NumberFormat.Parse(format)), 0, cells[0].Limit!.Value * (1 + 1e-9));
    }

    [Fact]
    public void Uniform_precision_and_its_warm_up_are_in_formats_that_the_runtime_computes_in() => Assert.All(
        ComparisonPlan.Create(Config with { Space = "int", Runtime = "tensorrt", Targets = "1.0xINT8,1GBOPs", Methods = "uniform,uniform-warm" }, "out"),
        c => Assert.Equal(("INT8", "INT8"), (c.Config.Format, c.Config.WarmupFormat)));

    [Fact]
    public void Options_of_the_warm_up_hold_for_the_warm_uniform_format_too()
    {
        var cells = ComparisonPlan.Create(Config with { Space = "float", Warmup = 0.3, Targets = "1.15xE2M1" }, "out");
        var warm = cells.First(c => c.Method == "uniform-warm").Config;
        Assert.Equal((0.3, 8), (warm.Warmup!.Value, ConfiguredModel.Format(warm.WarmupFormat).Bits));
        Assert.Null(cells.First(c => c.Method == "uniform").Config.Warmup);
    }

    [Theory]
    [InlineData("fliqs,flqs", null, null, "unknown method 'flqs'; did you mean 'fliqs'?")]
    [InlineData("fliqs:finl=1", null, null, "methods: fliqs:finl=1: unknown key 'finl'; did you mean 'final'?")]
    [InlineData("uniform:final=1", null, null, "methods: uniform:final=1: 'final' is not an option of train")]
    [InlineData("manual:final=0.5", null, null, "'final' is not an option of the method manual")]
    [InlineData("fliqs:final=2", null, null, "methods: fliqs:final=2: final: 2 is out of range")]
    [InlineData("fliqs,fliqs", null, null, "methods: fliqs stands there more than once")]
    [InlineData(null, "1.0xINT3,soon", null, "target 'soon'")]
    [InlineData(null, "0.1MBOPs", null, "no uniform format of the space is within 0.1MBOPs")]
    [InlineData(null, null, "1,two", "seeds: 'two' is not a whole number")]
    [InlineData(",", null, null, "methods: name at least one")]
    public void What_cannot_be_compared_is_named(string? methods, string? targets, string? seeds, string message)
    {
        var config = Config with { Methods = methods, Targets = targets ?? "1.0xINT3", Seeds = seeds };
        Assert.Contains(message, Assert.Throws<InputException>(() => ComparisonPlan.Create(config, "out")).Message);
    }

    [Fact]
    public void A_method_may_have_options_of_its_own()
    {
        var cells = ComparisonPlan.Create(Config with { Methods = "fliqs,fliqs:final=0.8:prior=none,bf16:epochs=9", Targets = "1.0xINT3", Seeds = "1" }, "out");
        Assert.Equal(["fliqs-1.0xINT3-seed1", "fliqs+final=0.8+prior=none-1.0xINT3-seed1", "bf16+epochs=9-seed1"], cells.Select(c => c.Name));
        Assert.Contains("--prior none --final 0.8", cells[1].Command);
        Assert.Null(cells[0].Config.Final);
        Assert.Equal((9, null), (cells[2].Config.Epochs, cells[2].Target));
    }

    [Fact]
    public void Options_that_a_method_does_not_take_are_left_out_where_they_are_meant_for_the_others()
    {
        var cells = ComparisonPlan.Create(Config with { Methods = "manual,random,fliqs", Final = 0.8, Candidates = 3 }, "out");
        Assert.Equal([(null, null), (null, 3), (0.8, null)], cells.Take(3).Select(c => (c.Config.Final, c.Config.Candidates)));

        cells = ComparisonPlan.Create(Config with { Methods = "sensitivity,fliqs", Activations = ActivationMode.Separate }, "out");
        Assert.Equal([null, ActivationMode.Separate], cells.Take(2).Select(c => c.Config.Activations));
    }

    [Fact]
    public void Every_search_method_can_be_compared() =>
        Assert.Subset(ComparisonPlan.MethodNames.ToHashSet(), ConfiguredMethod.Names.ToHashSet());

    [Fact]
    public void What_searches_have_learnt_at_one_budget_is_solved_for_all()
    {
        var cells = ComparisonPlan.Create(Config with { Methods = "uniform,fliqs,random", ReSolveFrom = "1.15xINT4" }, "out");
        var solved = cells.Where(c => c.ReSolvedFrom is not null).ToList();
        Assert.Equal(2 * 3, solved.Count);
        Assert.Equal(cells.TakeLast(6), solved);
        Assert.All(solved, c => Assert.Equal(("fliqs@1.15xINT4", Path.Combine("out", $"fliqs-1.15xINT4-seed{c.Config.Seed}")), (c.Method, c.Config.ReSolve)));
        Assert.Equal(["1.0xINT3", "1.15xINT4", "2MBOPs"], solved.Take(3).Select(c => c.Target));
        Assert.Equal(cells.Count, cells.Select(c => c.Config.Out).Distinct().Count());
    }

    [Theory]
    [InlineData("fliqs", "9xINT4", "re-solve-from: 9xINT4 is not among the targets")]
    [InlineData("uniform,random", "2MBOPs", "re-solve-from: none of the methods learns")]
    public void What_cannot_be_solved_anew_is_named(string methods, string source, string message) => Assert.StartsWith(
        message, Assert.Throws<InputException>(() => ComparisonPlan.Create(Config with { Methods = methods, ReSolveFrom = source }, "out")).Message);

    [Fact]
    public void Runs_side_by_side_share_the_cores_and_one_has_them_all()
    {
        foreach (var (jobs, threads) in new (int, int?)[] { (2 * Environment.ProcessorCount, 1), (2, Math.Max(1, Environment.ProcessorCount / 2)), (1, null) })
            Assert.All(ComparisonPlan.Create(Config with { Jobs = jobs }, "out"), c => Assert.Equal(threads, c.Config.Threads));
    }
}
