using Fliqs.Data;
using Fliqs.Models;
using Fliqs.Search;
using Fliqs.Training;

namespace Fliqs.Config;

/// <summary>Fills in the defaults that depend on other keys.</summary>
public static class RunDefaults
{
    /// <summary>The configuration with every key set that a run needs.</summary>
    /// <exception cref="InputException">The data set is unknown, or its shape contradicts what was given.</exception>
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
        return config with
        {
            Model = model,
            Width = config.Width ?? (digits && config.Model is null ? 0.5 : null),
            Classes = data.Classes,
            Input = data.Height,
            Augment = config.Augment ?? data.Augmentation.ToString(),
            EvalCrop = data.AnySize ? data.EvalCrop : null,
            Epochs = config.Epochs ?? (digits ? 40 : 6),
            Batch = config.Batch ?? (digits ? 64 : 128),
            Optimizer = optimizer,
            LearningRate = config.LearningRate ?? (optimizer == OptimizerKind.Sgd ? 0.1 : 1e-3),
            WeightDecay = config.WeightDecay ?? (optimizer == OptimizerKind.Sgd ? 5e-4 : 0.05),
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
        if (config.Data == new RunConfig().Data && config.Model is { } name && ModelCatalog.Published(name) is { } published)
            return config with
            {
                Classes = config.Classes ?? published.Classes,
                Channels = config.Channels ?? published.Channels,
                Input = config.Input ?? published.Size,
            };
        return config with { Model = config.Model ?? Resolve(config with { Classes = null, Input = null }).Model };
    }

    /// <summary>The options of a one-shot search: those of the method, and what the configuration sets.</summary>
    /// <exception cref="InputException">There is no method of that name.</exception>
    public static OneShotOptions SearchOptions(RunConfig config)
    {
        var method = config.Method switch
        {
            "fliqs" => new OneShotOptions(),
            "fliqs-plain" => OneShotOptions.Plain,
            _ => throw new InputException($"unknown method '{config.Method}'; known: fliqs, fliqs-plain"),
        };
        return method with
        {
            WarmUp = config.WarmupKind ?? method.WarmUp,
            WarmUpShare = config.Warmup ?? method.WarmUpShare,
            Prior = config.Prior ?? method.Prior,
            PriorEntropy = config.PriorEntropy ?? method.PriorEntropy,
            FinalShare = config.Final ?? method.FinalShare,
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
}
