using Fliqs.Config;
using Fliqs.Numerics;
using Fliqs.Space;

namespace Fliqs.Tests.Config;

public sealed class ConfiguredCostTests
{
    [Theory]
    [InlineData("1.0xINT4", "INT4")]
    [InlineData("1.0xINT4,100kB", "INT4")]
    [InlineData("1.0xINT4,0.0001kB", null)]
    public void The_widest_uniform_format_is_within_all_limits(string target, string? format)
    {
        var config = new RunConfig { Model = "resnet8", Width = 0.25, Target = target };
        using var model = ConfiguredModel.Create(RunDefaults.Resolve(config));
        Assert.Equal(format, Widest()?.Name);

        if (format is not null)
            return;
        var bytes = model.Shapes.Sum(s => s.Weights) * 3.5 / 8;
        config = config with { Target = FormattableString.Invariant($"1.0xINT4,{bytes / 1e3}kB") };
        Assert.Equal("INT3", Widest()?.Name);

        NumberFormat? Widest() => ConfiguredCost.WidestUniform(config, ConfiguredCost.Create(config, model), model, NamedSpaces.Parse("int"));
    }
}
