using Fliqs.Policy;
using Fliqs.Search;
using Fliqs.Space;

namespace Fliqs.Config;

/// <summary>
/// Everything that can be set for a run. Every property, with those of <see cref="TrainingConfig"/>, is a key by its name in kebab case; a
/// null means that the default depends on other keys.
/// </summary>
public sealed record RunConfig : TrainingConfig
{
    /// <summary>Whether the data set was given, and is not just the default.</summary>
    internal bool NamesData { get; set; }

    // fixed formats
    [ConfigKey("uniform format, INT4 for instance [FP32]", Verbs.Train | Verbs.Cost)]
    public string? Format { get; init; }

    [ConfigKey("file with the formats of every layer: a result.json, or an object of layer: {weight, activation}", Verbs.Train | Verbs.Cost)]
    public string? Assignment { get; init; }

    [ConfigKey("format of the warm-up of a training run", Verbs.Train)]
    public string WarmupFormat { get; init; } = "INT8";

    // searching
    [ConfigKey("formats to choose from: a named space (int, float, all, fliqs-s-int, ...) or a list such as INT4,INT8", Verbs.Searching | Verbs.Profile)]
    public string Space { get; init; } = "int";

    [ConfigKey("search the architecture too: kernels, expansions, filters and skips of the blocks of the network", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public bool? Nas { get; init; }

    [ConfigKey("how many layers share a decision: layer, block or model", Verbs.Searching)]
    public Granularity Granularity { get; init; } = Granularity.Layer;

    [ConfigKey("layers that share a format: patterns such as layer1.*, several of them joined by +, commas between groups; shared-input for those that read the same tensor", Verbs.Searching)]
    public string? Group { get; init; }

    [ConfigKey("weights and activations of a layer decided together or not: tied or separate [by method]", Verbs.Searching | Verbs.Profile)]
    public ActivationMode? Activations { get; init; }

    [ConfigKey("what is limited: bops, size, bits or latency", Verbs.Run)]
    public string Cost { get; init; } = "bops";

    [ConfigKey("table of latencies of the machine, from 'fliqs profile'", Verbs.Run)]
    public string? Table { get; init; }

    [ConfigKey("target: what it does not compute in is left out of the space, and INT8 is exported as it asks for: onnxruntime-cpu, onnxruntime-cpu-vnni, openvino, tensorrt", Verbs.Searching | Verbs.Profile)]
    public string? Runtime { get; init; }

    [ConfigKey("the limit: 33.5GBOPs, 2.1MB, 12ms, or a multiple of a uniform format such as 1.15xINT4; several with commas: 33GBOPs,4.5MB", Verbs.Search)]
    public string Target { get; init; } = "1.0xINT3";

    [ConfigKey("fliqs, fliqs-plain (as published), or to compare with: uniform, uniform-warm, manual, random, sensitivity, differentiable", Verbs.Search)]
    public string Method { get; init; } = "fliqs";

    [ConfigKey("run folder of a search that is solved anew for this target: its network, its scores, no training", Verbs.Search)]
    public string? ReSolve { get; init; }

    [ConfigKey("also train the widest uniform format within the target [only for digits]", Verbs.Search)]
    public bool? Uniform { get; init; }

    [ConfigKey("also train what was found from other initial weights by the same recipe, to be reported apart", Verbs.Search)]
    public bool FromScratch { get; init; }

    [ConfigKey("share of steps before the policy begins [search: by method, train: 0]", Verbs.Run, Min = 0, Below = 1)]
    public double? Warmup { get; init; }

    [ConfigKey("formats of the warm-up: high or uniform(ly drawn) [by method]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public WarmUpKind? WarmupKind { get; init; }

    [ConfigKey("what the policy begins with: fisher, fisher-block or none [by method]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public PriorKind? Prior { get; init; }

    [ConfigKey("entropy of the prior, as a share of a uniform policy's [0.03]", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Above = 0, Below = 1)]
    public double? PriorEntropy { get; init; }

    [ConfigKey("share of steps at the end that train the chosen assignment [by method]", Verbs.Searching, Methods = ConfiguredMethod.Learning, Min = 0, Max = 1)]
    public double? Final { get; init; }

    [ConfigKey("assignments that a step of the exploration tries, each on its part of the batch [1]", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Min = 1)]
    public int? Samples { get; init; }

    [ConfigKey("quality in the reward: training-loss, training-accuracy or validation-accuracy [training-loss]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public QualitySignal? Quality { get; init; }

    [ConfigKey("reward: abs, one-sided, soft-exponential or hard-exponential [abs]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public RewardRule? Reward { get; init; }

    [ConfigKey("weight of the cost in the reward [1]", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? Beta { get; init; }

    [ConfigKey("how the policy learns about cost: exact or sampled [by method]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public CostGradient? CostGradient { get; init; }

    [ConfigKey("learning rate of the policy [0.005, of differentiable 0.02]", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? PolicyLearningRate { get; init; }

    [ConfigKey("temperature of the policy [1]", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? Temperature { get; init; }

    [ConfigKey("decay of the moving average that rewards are compared with [0.99]", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Min = 0, Below = 1)]
    public double? BaselineDecay { get; init; }

    [ConfigKey("growth of the entropy weight: cosine, linear, constant or step [cosine]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public EntropySchedule? EntropySchedule { get; init; }

    [ConfigKey("entropy weight at the end [0.5]", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Min = 0)]
    public double? EntropyWeight { get; init; }

    [ConfigKey("random assignments to choose the best of [16]", Verbs.Searching, Min = 1, Methods = ConfiguredMethod.Random)]
    public int? Candidates { get; init; }

    [ConfigKey("random vectors that the traces of the Hessian are estimated by [32]", Verbs.Searching, Min = 1, Methods = ConfiguredMethod.Sensitivity)]
    public int? Probes { get; init; }

    [ConfigKey("search through all epochs and train the choice for as many more, on top", Verbs.Searching, Methods = ConfiguredMethod.Differentiable)]
    public bool? Retrain { get; init; }

    // comparing
    [ConfigKey("methods to compare: uniform, uniform-warm (after the warm-up of a search), manual, random, sensitivity, differentiable, fliqs-plain, fliqs, bf16; options of its own by fliqs:final=0.8:prior=none [compare: all of them, pareto: uniform,fliqs]", Verbs.Compare)]
    public string? Methods { get; init; }

    [ConfigKey("budgets to compare them at, such as 1.0xINT3,1.15xINT4 [compare: 1.0xINT3, pareto: one for every width of the space]", Verbs.Compare)]
    public string? Targets { get; init; }

    [ConfigKey("one of the targets: what its searches have learnt is solved for all targets as well, without training", Verbs.Compare)]
    public string? ReSolveFrom { get; init; }

    [ConfigKey("seeds to repeat every run with [1,2,3]", Verbs.Compare)]
    public string? Seeds { get; init; }

    [ConfigKey("runs side by side, each with its share of the cores [1]", Verbs.Compare, Min = 1)]
    public int? Jobs { get; init; }

    // the run
    [ConfigKey("folder to make: of the run [runs/ and the time], or of all runs that are compared", Verbs.Run)]
    public string? Out { get; init; }
}
