using Fliqs.Config;
using Fliqs.Data;
using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Tests.Data;
using Fliqs.Training;

namespace Fliqs.Tests.Config;

public sealed class RunDefaultsTests
{
    [Fact]
    public void Digits_get_a_small_network_and_its_recipe()
    {
        var config = RunDefaults.Resolve(new RunConfig());
        Assert.Equal(
            ("resnet8", 10, 40, 64, OptimizerKind.Sgd, 0.1, 5e-4, true),
            (config.Model, config.Classes, config.Epochs, config.Batch, config.Optimizer, config.LearningRate, config.WeightDecay, config.Uniform));
        Assert.Equal(DataSetCatalog.Info("digits").Height, config.Input);
        Assert.Equal(DataSetCatalog.Info("digits").Augmentation.ToString(), Augmentation.Parse(config.Augment!).ToString());
    }

    [Fact]
    public void Other_data_gets_a_larger_network_and_no_uniform_run()
    {
        var config = RunDefaults.Resolve(new RunConfig { Data = "fashion-mnist" });
        Assert.Equal(("resnet20", 6, 128, false), (config.Model, config.Epochs, config.Batch, config.Uniform));
    }

    [Fact]
    public void Image_files_take_their_size_from_the_input_and_their_classes_from_the_folders()
    {
        using var folder = PictureFolder.CatsAndDogs(train: 1, val: 1);
        var config = RunDefaults.Resolve(new RunConfig { Data = "imagefolder", DataDir = folder.Path });
        Assert.Equal((2, 224, 0.875, "crop:0.08+flip"), (config.Classes, config.Input, config.EvalCrop, config.Augment));
        config = RunDefaults.Resolve(new RunConfig { Data = "imagefolder", DataDir = folder.Path, Input = 64, EvalCrop = 1, Augment = "none" });
        Assert.Equal((2, 64, 1.0, "none"), (config.Classes, config.Input, config.EvalCrop, config.Augment));
        Assert.Equal(config, RunDefaults.Resolve(config));
        Assert.Contains("classes 3", Assert.Throws<InputException>(() => RunDefaults.Resolve(config with { Classes = 3 })).Message);
        Assert.Equal((1000, 224), (RunDefaults.Resolve(new RunConfig { Data = "imagenet" }).Classes, RunDefaults.Resolve(new RunConfig { Data = "imagenet" }).Input));
    }

    [Fact]
    public void Transformers_get_the_recipe_of_AdamW()
    {
        var config = RunDefaults.Resolve(new RunConfig { Model = "ViT" });
        Assert.Equal((OptimizerKind.AdamW, 1e-3, 0.05), (config.Optimizer, config.LearningRate, config.WeightDecay));
    }

    [Theory]
    [InlineData("resnet20", 0.1)]
    [InlineData("efficientnet_b0", 0.05)]
    [InlineData("MobileNet_V2", 0.05)]
    [InlineData("blocks.yaml", 0.05)]
    public void Mobile_networks_begin_with_half_the_learning_rate(string model, double rate) =>
        Assert.Equal(rate, RunDefaults.Resolve(new RunConfig { Model = model }).LearningRate);

    [Fact]
    public void A_network_alone_has_the_input_it_is_published_with()
    {
        var config = RunDefaults.ResolveNetwork(new RunConfig { Model = "inception_v3", Classes = 7 });
        Assert.Equal((7, 3, 299), (config.Classes, config.Channels, config.Input));
        config = RunDefaults.ResolveNetwork(new RunConfig { Model = "inception_v3", Data = "mnist" });
        Assert.Equal((null, null, null), (config.Classes, config.Channels, config.Input));
        Assert.Equal(("resnet8", 0.25), (RunDefaults.ResolveNetwork(new RunConfig()).Model, RunDefaults.ResolveNetwork(new RunConfig()).Width));
        Assert.Equal(224, RunDefaults.ResolveNetwork(ConfigFile.Read([], [("model", "mobilenet_v2")])).Input);
        Assert.Null(RunDefaults.ResolveNetwork(ConfigFile.Read([], [("model", "mobilenet_v2"), ("data", "digits")])).Input);
        Assert.Null(RunDefaults.ResolveNetwork(new RunConfig { Model = "resnet20" }).Input);
    }

    [Fact]
    public void RMSProp_gets_the_recipe_of_MobileNet()
    {
        var config = RunDefaults.Resolve(new RunConfig { Optimizer = OptimizerKind.RmsProp });
        Assert.Equal((0.01, 4e-5, 0.9, 1e-3, 0.9), (config.LearningRate, config.WeightDecay, config.RmsDecay, config.Epsilon, config.Momentum));
        Assert.Equal(config, RunDefaults.Resolve(config));
    }

    [Fact]
    public void A_schedule_in_steps_falls_twice()
    {
        var config = RunDefaults.Resolve(new RunConfig { Schedule = ScheduleKind.Step, Epochs = 90 });
        Assert.Equal((30, 0.1), (config.DecayEpochs, config.DecayFactor));
        Assert.Equal(config, RunDefaults.Resolve(config));
    }

    [Fact]
    public void A_teacher_has_half_of_the_loss()
    {
        var config = RunDefaults.Resolve(new RunConfig { Teacher = "runs/float" });
        Assert.Equal((0.5, 2), (config.DistillWeight, config.DistillTemperature));
    }

    public static TheoryData<RunConfig, string> Idle => new()
    {
        { new RunConfig { DecayEpochs = 3 }, "decay-epochs and decay-factor belong to" },
        { new RunConfig { DecayFactor = 0.5 }, "decay-epochs and decay-factor belong to" },
        { new RunConfig { RmsDecay = 0.5 }, "rms-decay belongs to" },
        { new RunConfig { Samples = 2, BaselineDecay = 0.9 }, "baseline-decay is of a moving average" },
        { new RunConfig { Epsilon = 0.5 }, "epsilon belongs to" },
        { new RunConfig { TeacherModel = "resnet8" }, "need a teacher" },
        { new RunConfig { TeacherWidth = 1 }, "need a teacher" },
        { new RunConfig { DistillWeight = 0.5 }, "need a teacher" },
        { new RunConfig { DistillTemperature = 0.5 }, "need a teacher" },
    };

    [Theory, MemberData(nameof(Idle))]
    public void Keys_that_would_do_nothing_are_refused(RunConfig config, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => RunDefaults.Resolve(config)).Message, StringComparison.Ordinal);

    [Fact]
    public void Every_key_of_training_reaches_its_option()
    {
        var config = RunDefaults.Resolve(new RunConfig
        {
            Epochs = 11,
            Batch = 12,
            Accumulate = 13,
            Optimizer = OptimizerKind.RmsProp,
            LearningRate = 0.14,
            Schedule = ScheduleKind.Exponential,
            LearningRateWarmup = 0.15,
            DecayEpochs = 1.6,
            DecayFactor = 0.17,
            Momentum = 0.18,
            RmsDecay = 0.19,
            Epsilon = 0.20,
            WeightDecay = 0.21,
            ClipNorm = 0.22,
            Ema = 0.23,
            LabelSmoothing = 0.24,
        });
        var expected = new TrainingOptions(11, OptimizerKind.RmsProp, 0.14, 0.18, 0.21, 0.24)
        {
            Schedule = new LearningRateSchedule { Kind = ScheduleKind.Exponential, WarmUpShare = 0.15, DecayEpochs = 1.6, DecayFactor = 0.17 },
            RmsDecay = 0.19,
            Epsilon = 0.20,
            ClipNorm = 0.22,
            Parts = 13,
            AverageDecay = 0.23,
        };
        Assert.Equal(expected, RunDefaults.TrainingOptions(config));
    }

    [Fact]
    public void What_is_given_stays_and_resolving_twice_changes_nothing()
    {
        var given = new RunConfig
        {
            Model = "resnet14",
            Epochs = 3,
            Batch = 7,
            Optimizer = OptimizerKind.AdamW,
            LearningRate = 0.5,
            WeightDecay = 0,
            Epsilon = 1e-7,
            Threads = 1,
            Uniform = false,
            Augment = "none",
            Activations = ActivationMode.Tied,
        };
        var resolved = RunDefaults.Resolve(given);
        Assert.Equal(given with { Classes = 10, Input = resolved.Input }, resolved);
        Assert.Equal(resolved, RunDefaults.Resolve(resolved));
    }

    [Fact]
    public void Sizes_that_contradict_the_data_and_unknown_data_are_refused()
    {
        Assert.Contains("classes 9", Assert.Throws<InputException>(() => RunDefaults.Resolve(new RunConfig { Classes = 9 })).Message);
        Assert.Contains("input 33", Assert.Throws<InputException>(() => RunDefaults.Resolve(new RunConfig { Input = 33 })).Message);
        Assert.Contains("digit", Assert.Throws<InputException>(() => RunDefaults.Resolve(new RunConfig { Data = "digit" })).Message);
    }

    [Fact]
    public void Options_are_those_of_the_method_where_nothing_is_set()
    {
        Assert.Equal(new OneShotOptions(), RunDefaults.SearchOptions(new RunConfig()));
        Assert.Equal(OneShotOptions.Plain, RunDefaults.SearchOptions(new RunConfig { Method = "fliqs-plain" }));
    }

    [Theory]
    [InlineData("fliqs")]
    [InlineData("fliqs-plain")]
    public void Every_option_that_is_set_wins_over_the_method(string method)
    {
        var config = new RunConfig
        {
            Method = method,
            WarmupKind = WarmUpKind.High,
            Warmup = 0.11,
            Prior = PriorKind.Fisher,
            PriorEntropy = 0.12,
            Final = 0.13,
            Samples = 2,
            Quality = QualitySignal.ValidationAccuracy,
            Reward = RewardRule.OneSided,
            Beta = 0.14,
            CostGradient = CostGradient.Exact,
            PolicyLearningRate = 0.15,
            Temperature = 0.16,
            BaselineDecay = 0.17,
            EntropySchedule = EntropySchedule.Step,
            EntropyWeight = 0.18,
        };
        var expected = new OneShotOptions
        {
            WarmUp = WarmUpKind.High,
            WarmUpShare = 0.11,
            Prior = PriorKind.Fisher,
            PriorEntropy = 0.12,
            FinalShare = 0.13,
            Samples = 2,
            Quality = QualitySignal.ValidationAccuracy,
            Reward = RewardRule.OneSided,
            Beta = 0.14,
            CostGradient = CostGradient.Exact,
            PolicyLearningRate = 0.15,
            Temperature = 0.16,
            BaselineDecay = 0.17,
            EntropySchedule = EntropySchedule.Step,
            EntropyWeight = 0.18,
            KeepBudget = method == "fliqs",
        };
        Assert.Equal(expected, RunDefaults.SearchOptions(config));
    }
}
