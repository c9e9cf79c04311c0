using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Training;

namespace Fliqs.Config;

/// <summary>Fills in the defaults that depend on other keys.</summary>
public static class RunDefaults
{
    /// <summary>The configuration with every key set that a run needs.</summary>
    /// <exception cref="InputException">The data set is unknown, its shape contradicts what was given, or keys contradict each other.</exception>
    public static RunConfig Resolve(RunConfig config)
    {
        var data = DataSetCatalog.Info(ConfiguredData.Request(config));
        var digits = data.Name == "digits";
        var model = config.Model ?? (digits ? "resnet8" : "resnet20");
        var optimizer = config.Optimizer ?? (ModelCatalog.IsTransformer(model) ? OptimizerKind.AdamW : OptimizerKind.Sgd);
        if (config.Classes is { } classes && classes != data.Classes)
            throw new InputException($"classes {classes}: {data.Name} has {data.Classes}");
        if (config.Input is { } input && input != data.Height)
            throw new InputException($"input {input}: the images of {data.Name} have {data.Height} pixels");
        var epochs = config.Epochs ?? (digits ? 40 : 6);
        RefuseIdle(config, optimizer);
        ConfiguredData.CheckFolder(config.Data, config.DataDir);
        return config with
        {
            Model = model,
            Width = config.Width ?? (digits && config.Model is null ? 0.25 : null),
            Classes = data.Classes,
            Input = data.Height,
            Augment = config.Augment ?? data.Augmentation.ToString(),
            EvalCrop = data.AnySize ? data.EvalCrop : null,
            Epochs = epochs,
            Batch = config.Batch ?? (digits ? 64 : 128),
            Optimizer = optimizer,
            LearningRate = config.LearningRate ?? (optimizer switch { OptimizerKind.Sgd => IsMobile(model) ? 0.05 : 0.1, OptimizerKind.RmsProp => 0.01, _ => 1e-3 }),
            DecayEpochs = config.DecayEpochs ?? (config.Schedule == ScheduleKind.Cosine ? null : epochs / 3.0),
            DecayFactor = config.DecayFactor ?? (config.Schedule == ScheduleKind.Cosine ? null : 0.1),
            RmsDecay = config.RmsDecay ?? (optimizer == OptimizerKind.RmsProp ? 0.9 : null),
            Epsilon = config.Epsilon ?? (optimizer switch { OptimizerKind.RmsProp => 1e-3, OptimizerKind.AdamW => 1e-8, _ => null }),
            WeightDecay = config.WeightDecay ?? (optimizer switch { OptimizerKind.Sgd => 5e-4, OptimizerKind.RmsProp => 4e-5, _ => 0.05 }),
            DistillWeight = config.DistillWeight ?? (config.Teacher is null ? null : 0.5),
            DistillTemperature = config.DistillTemperature ?? (config.Teacher is null ? null : 2),
            Activations = config.Activations ?? (config.Method is ConfiguredMethod.Plain or ConfiguredMethod.Sensitivity ? ActivationMode.Tied : ActivationMode.Separate),
            Threads = config.Threads ?? (digits ? 1 : Environment.ProcessorCount),
            Uniform = config.Uniform ?? digits,
        };
    }

    /// <summary>
    /// The configuration with the network and its input set. A network for ImageNet has ImageNet's classes, channels and size
    /// unless they, or a data set other than the default, are given.
    /// </summary>
    /// <exception cref="InputException">The data set is unknown.</exception>
    public static RunConfig ResolveNetwork(RunConfig config)
    {
        ConfiguredData.CheckFolder(config.Data, config.DataDir);
        if (!config.NamesData && config.Data == new RunConfig().Data && config.Model is { } name && Published(name) is { } published)
            return config with
            {
                Classes = config.Classes ?? published.Classes,
                Channels = config.Channels ?? published.Channels,
                Input = config.Input ?? published.Size,
            };
        if (config.Model is not null)
            return config;
        var own = Resolve(config with { Classes = null, Input = null });
        return config with { Model = own.Model, Width = own.Width };
    }

    /// <summary>The input and output of a network for ImageNet; a file of blocks is taken to be one.</summary>
    private static (int Classes, int Channels, int Size)? Published(string model) =>
        ModelCatalog.Published(MobileSpaceFile.IsMeantBy(model) ? "mobilenet_v2" : model);

    private static bool IsMobile(string model) => MobileSpaceFile.IsMeantBy(model) || ModelCatalog.IsMobile(model);

    /// <summary>How a resolved configuration trains.</summary>
    public static TrainingOptions TrainingOptions(RunConfig config) => new(
        config.Epochs!.Value, config.Optimizer!.Value, config.LearningRate!.Value, config.Momentum,
        config.WeightDecay!.Value, config.LabelSmoothing)
    {
        Schedule = new LearningRateSchedule
        {
            Kind = config.Schedule,
            WarmUpShare = config.LearningRateWarmup,
            DecayEpochs = config.DecayEpochs ?? 1,
            DecayFactor = config.DecayFactor ?? 1,
        },
        Cycles = config.Retrain == true ? 2 : 1,
        RmsDecay = config.RmsDecay ?? 0,
        Epsilon = config.Epsilon,
        ClipNorm = config.ClipNorm,
        Parts = config.Accumulate,
        AverageDecay = config.Ema,
    };

    /// <summary>The options of a search: those of the method, and what the configuration sets.</summary>
    public static OneShotOptions SearchOptions(RunConfig config)
    {
        var method = config.Method == ConfiguredMethod.Plain ? OneShotOptions.Plain : new OneShotOptions();
        return method with
        {
            WarmUp = config.WarmupKind ?? method.WarmUp,
            WarmUpShare = config.Warmup ?? method.WarmUpShare,
            Prior = config.Prior ?? method.Prior,
            PriorEntropy = config.PriorEntropy ?? method.PriorEntropy,
            FinalShare = config.Final ?? method.FinalShare,
            Samples = config.Samples ?? method.Samples,
            Quality = config.Quality ?? method.Quality,
            Reward = config.Reward ?? method.Reward,
            Beta = config.Beta ?? method.Beta,
            CostGradient = config.CostGradient ?? method.CostGradient,
            PolicyLearningRate = config.PolicyLearningRate ?? method.PolicyLearningRate,
            Temperature = config.Temperature ?? method.Temperature,
            BaselineDecay = config.BaselineDecay ?? method.BaselineDecay,
            EntropySchedule = config.EntropySchedule ?? method.EntropySchedule,
            EntropyWeight = config.EntropyWeight ?? method.EntropyWeight,
        };
    }

    /// <summary>Refuses keys that would do nothing, since somebody expects something of them.</summary>
    private static void RefuseIdle(RunConfig config, OptimizerKind optimizer)
    {
        Refuse(config.Schedule == ScheduleKind.Cosine, config.DecayEpochs ?? config.DecayFactor, "decay-epochs and decay-factor belong to the schedules step and exponential");
        Refuse(optimizer != OptimizerKind.RmsProp, config.RmsDecay, "rms-decay belongs to the optimizer rms-prop");
        Refuse(config.Samples > 1, config.BaselineDecay, "baseline-decay is of a moving average, which several samples a step do without");
        Refuse(optimizer == OptimizerKind.Sgd, config.Epsilon, "epsilon belongs to the optimizers rms-prop and adam-w");
        Refuse(
            config.Teacher is null, (object?)config.TeacherModel ?? config.TeacherWidth ?? config.DistillWeight ?? config.DistillTemperature,
            "teacher-model, teacher-width, distill-weight and distill-temperature need a teacher");

        static void Refuse(bool idle, object? given, string message)
        {
            if (idle && given is not null)
                throw new InputException(message);
        }
    }
}
