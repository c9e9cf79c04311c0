using CsCheck;
using Fliqs.Config;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Storage;
using Fliqs.Training;

namespace Fliqs.Tests.Config;

public sealed class ConfigFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Keys_of_a_file_are_read_by_their_type()
    {
        var config = Read("""
            # a comment
            model: resnet20
            width: 0.5
            epochs: 12
            learning-rate: 1e-2
            seed: -9000000000
            optimizer: adam-w
            granularity: Block
            uniform: false
            space: [INT4, INT8, BF16]
            target: 1.15xINT4
            """);

        Assert.Equal(
            new RunConfig
            {
                Model = "resnet20",
                Width = 0.5,
                Epochs = 12,
                LearningRate = 0.01,
                Seed = -9_000_000_000,
                Optimizer = OptimizerKind.AdamW,
                Granularity = Granularity.Block,
                Uniform = false,
                Space = "INT4,INT8,BF16",
                Target = "1.15xINT4",
            },
            config);
    }

    [Fact]
    public void The_command_line_wins_over_the_file_and_the_file_over_the_defaults()
    {
        var config = Read("epochs: 12\nbatch: 16\n", ("epochs", "3"), ("seed", "5"));
        Assert.Equal(new RunConfig { Epochs = 3, Batch = 16, Seed = 5 }, config);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing but a comment\n")]
    public void An_empty_file_sets_nothing(string yaml) => Assert.Equal(new RunConfig(), Read(yaml));

    [Theory]
    [InlineData("epoch: 3", "unknown key 'epoch'", "'epochs'")]
    [InlineData("learningRate: 3", "unknown key 'learningRate'", "'learning-rate'")]
    [InlineData("Epochs: 3", "unknown key 'Epochs'", "'epochs'")]
    [InlineData("epochs: 1\nbatch: 2\nepochs: 3", "line 3", "uplicate")]
    [InlineData("epochs: {a: 1}", "epochs has to be a value", "line 1")]
    [InlineData("space: [INT4, {a: b}]", "space has to be a value", "line 1")]
    [InlineData("? [a, b]\n: 1", "a key has to be a plain word", "line 1")]
    [InlineData("- a\n- b", "has to be a mapping", "model: resnet20")]
    [InlineData("epochs", "has to be a mapping", "model: resnet20")]
    [InlineData("epochs: [1, 2", "line", "")]
    [InlineData("epochs:\t- x\n\ty", "line", "")]
    [InlineData("epochs:", "epochs: ''", "whole number")]
    [InlineData("epochs: [1, 2]", "epochs: '1,2'", "whole number")]
    [InlineData("model: ''", "model", "empty")]
    [InlineData("uniform: yes", "uniform: 'yes'", "neither true nor false")]
    [InlineData("optimizer: adamw", "optimizer: unknown value 'adamw'", "did you mean 'adam-w'")]
    [InlineData("epochs: 3000000000", "epochs: '3000000000'", "whole number")]
    [InlineData("epochs: 1.5", "epochs: '1.5'", "whole number")]
    [InlineData("seed: 1e3", "seed: '1e3'", "whole number")]
    [InlineData("width: .nan", "width: '.nan'", "number")]
    [InlineData("width: 1e999", "width: '1e999'", "number")]
    [InlineData("width: 1,5", "width: '1,5'", "number")]
    public void What_is_wrong_in_a_file_is_said_in_one_line_with_file_and_key(string yaml, string what, string how)
    {
        var e = Assert.Throws<InputException>(() => Read(yaml));
        Assert.StartsWith(folder["run.yaml"], e.Message);
        Assert.Contains(what, e.Message);
        Assert.Contains(how, e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void A_file_that_is_missing_or_a_folder_is_refused_by_name()
    {
        Assert.Contains("no such", Assert.Throws<InputException>(() => ConfigFile.Read([folder["none.yaml"]], [])).Message);
        Directory.CreateDirectory(folder["d"]);
        Assert.Contains("is a folder", Assert.Throws<InputException>(() => ConfigFile.Read([folder["d"]], [])).Message);
    }

    [Fact]
    public void A_second_document_is_refused() =>
        Assert.Contains("one document", Assert.Throws<InputException>(() => Read("epochs: 1\n---\nepochs: 2\n")).Message);

    [Fact]
    public void What_is_wrong_on_the_command_line_names_the_option()
    {
        Assert.StartsWith("--epochs: ", Assert.Throws<InputException>(() => ConfigFile.Read([], [("epochs", "x")])).Message);
        Assert.Contains("'batch'", Assert.Throws<InputException>(() => ConfigFile.Read([], [("bath", "1")])).Message);
    }

    [Fact]
    public void Keys_are_unique_kebab_case_and_described()
    {
        Assert.Equal(ConfigFile.Keys.Count, ConfigFile.Keys.Select(k => k.Name).Distinct().Count());
        Assert.Equal(typeof(RunConfig).GetProperties().Length, ConfigFile.Keys.Count);
        Assert.All(ConfigFile.Keys, k => Assert.Matches("^[a-z]+(-[a-z]+)*$", k.Name));
        Assert.All(ConfigFile.Keys, k => Assert.False(string.IsNullOrWhiteSpace(k.Description)));
    }

    [Fact]
    public void What_was_written_is_read_again() => Configs.Sample(config =>
    {
        using var scratch = new TemporaryFolder();
        File.WriteAllText(scratch["c.yaml"], ConfigFile.Write(config));
        Assert.Equal(config with { NamesData = true }, ConfigFile.Read([scratch["c.yaml"]], []));
    });

    [Theory]
    [MemberData(nameof(Awkward))]
    public void Awkward_texts_are_read_as_they_were_written(string text)
    {
        File.WriteAllText(folder["c.yaml"], ConfigFile.Write(new RunConfig { Out = text }));
        Assert.Equal(text, ConfigFile.Read([folder["c.yaml"]], []).Out);
    }

    public static TheoryData<string> Awkward =>
    [
        "resnet20", "1.0xINT3", "true", "null", "~", "yes", "1e3", "0x1F", "- a", "a: b", "#", "'", "\"", " lead", "trail ", "a\nb", "a\n",
        "\ttab", "a\tb", "a\r\nb", "\u0085", "ü", "!x", "&a", "*a", "%", "@", "`", "{}", "[]", ",", "C:\\data", "2026-01-01", ".", "---", "?", "-", "=",
    ];

    private static readonly Gen<string> Texts = Gen.OneOf(
        Gen.OneOf("resnet20", "1.0xINT3", "true", "null", "~", "C:\\data"),
        Gen.String[Gen.Char[' ', '~'], 1, 12]);

    private static readonly Gen<RunConfig> Configs =
        from texts in Texts.Array[4]
        from width in Gen.Double[1e-9, 1e9]
        from epochs in Gen.Int[1, int.MaxValue]
        from seed in Gen.Long
        from uniform in Gen.OneOf<bool?>(null, true, false)
        from optimizer in Gen.Enum<OptimizerKind>()
        from reward in Gen.Enum<RewardRule>()
        from gradient in Gen.Enum<CostGradient>()
        from set in Gen.Bool
        select new RunConfig
        {
            Model = texts[0],
            DataDir = set ? texts[1] : null,
            Out = texts[2],
            Data = texts[3],
            Width = width,
            Epochs = set ? epochs : null,
            Seed = seed,
            Uniform = uniform,
            Optimizer = optimizer,
            Reward = set ? reward : null,
            CostGradient = gradient,
        };

    private RunConfig Read(string yaml, params (string, string)[] line)
    {
        File.WriteAllText(folder["run.yaml"], yaml);
        return ConfigFile.Read([folder["run.yaml"]], line);
    }
}
