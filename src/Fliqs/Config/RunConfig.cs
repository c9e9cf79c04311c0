using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Policy;
using Fliqs.Quantization;
using Fliqs.Search;
using Fliqs.Space;
using Fliqs.Training;

namespace Fliqs.Config;

/// <summary>
/// Everything that can be set for a run. Every property is a key by its name in kebab case; a null means that the default
/// depends on other keys.
/// </summary>
public sealed record RunConfig
{
#pragma warning disable CS1591 // the attribute is the description

    // the network
    [ConfigKey("network, see 'fliqs cost --help' for the names, or a file of its blocks: YAML, or a result.json that holds them [digits: resnet8 of width 0.5, others: resnet20]", Verbs.All)]
    public string? Model { get; init; }

    [ConfigKey("factor on the channels of a convolutional network, or embedding width of a transformer", Verbs.All, Above = 0)]
    public double? Width { get; init; }

    [ConfigKey("blocks of a transformer", Verbs.All, Min = 1)]
    public int? Depth { get; init; }

    [ConfigKey("attention heads of a transformer", Verbs.All, Min = 1)]
    public int? Heads { get; init; }

    [ConfigKey("patch size of a transformer in pixels", Verbs.All, Min = 1)]
    public int? Patch { get; init; }

    [ConfigKey("beginning of a network for ImageNet: standard, or small for images of 28 to 64 pixels", Verbs.All)]
    public Stem Stem { get; init; } = Stem.Standard;

    [ConfigKey("auxiliary head of inception_v3, which only helps training", Verbs.All)]
    public bool Aux { get; init; }

    [ConfigKey("safetensors file with weights to begin with, by the names of torchvision or timm [new weights]", Verbs.Run)]
    public string? Weights { get; init; }

    [ConfigKey("number of classes [that of the data]", Verbs.All, Min = 2)]
    public int? Classes { get; init; }

    [ConfigKey("height and width of the input in pixels [that of the data]", Verbs.All, Min = 1)]
    public int? Input { get; init; }

    [ConfigKey("channels of the input [that of the data]", Verbs.Cost, Min = 1)]
    public int? Channels { get; init; }

    // the data
    [ConfigKey("data set, see 'fliqs data'", Verbs.All)]
    public string Data { get; init; } = "digits";

    [ConfigKey("folder of the data set's files [its usual place]", Verbs.All)]
    public string? DataDir { get; init; }

    [ConfigKey("none, or flip, shift:4, crop:0.08, jitter:0.4, randaugment:2:9, mixup:0.2, cutmix:1 joined by + [that of the data]", Verbs.Run)]
    public string? Augment { get; init; }

    [ConfigKey("share of the short side that is seen of a test image, where images have sizes of their own [0.875]", Verbs.Run, Above = 0, Max = 1)]
    public double? EvalCrop { get; init; }

    [ConfigKey("threads that decode and augment images [image files: all cores, others: 1]", Verbs.Run, Min = 1, Max = 1024)]
    public int? Workers { get; init; }

    [ConfigKey("share of the training images held out for validation", Verbs.Run, Above = 0, Below = 1)]
    public double Validation { get; init; } = 0.1;

    // training
    [ConfigKey("passes over the training images [digits: 40, others: 6]", Verbs.Run, Min = 1)]
    public int? Epochs { get; init; }

    [ConfigKey("images at a time [digits: 64, others: 128]", Verbs.Run, Min = 1)]
    public int? Batch { get; init; }

    [ConfigKey("batches that one step of the optimizer, and of the policy, is made on", Verbs.Run, Min = 1)]
    public int Accumulate { get; init; } = 1;

    [ConfigKey("sgd, rms-prop or adam-w [transformers: adam-w, others: sgd]", Verbs.Run)]
    public OptimizerKind? Optimizer { get; init; }

    [ConfigKey("peak learning rate [sgd: 0.1, rms-prop: 0.01, adam-w: 0.001]", Verbs.Run, Above = 0)]
    public double? LearningRate { get; init; }

    [ConfigKey("fall of the learning rate: cosine to 0, step by step, or exponential", Verbs.Run)]
    public ScheduleKind Schedule { get; init; } = ScheduleKind.Cosine;

    [ConfigKey("share of steps in which the learning rate rises to its peak", Verbs.Run, Min = 0, Below = 1)]
    public double LearningRateWarmup { get; init; } = 0.05;

    [ConfigKey("epochs in which a step or exponential schedule falls by its factor [a third of all]", Verbs.Run, Above = 0)]
    public double? DecayEpochs { get; init; }

    [ConfigKey("factor of a step or exponential schedule [0.1]", Verbs.Run, Above = 0, Max = 1)]
    public double? DecayFactor { get; init; }

    [ConfigKey("momentum of sgd (Nesterov's) and rms-prop", Verbs.Run, Min = 0, Below = 1)]
    public double Momentum { get; init; } = 0.9;

    [ConfigKey("decay of the mean square of rms-prop [0.9]", Verbs.Run, Min = 0, Below = 1)]
    public double? RmsDecay { get; init; }

    [ConfigKey("what is added to the root that is divided by [rms-prop: 0.001, adam-w: 1e-8]", Verbs.Run, Above = 0)]
    public double? Epsilon { get; init; }

    [ConfigKey("weight decay, not of biases and norms [sgd: 0.0005, rms-prop: 0.00004, adam-w: 0.05]", Verbs.Run, Min = 0)]
    public double? WeightDecay { get; init; }

    [ConfigKey("greatest norm of all gradients together [none]", Verbs.Run, Above = 0)]
    public double? ClipNorm { get; init; }

    [ConfigKey("decay of the moving average of weights that is evaluated and shipped, 0.9999 for instance [none]", Verbs.Run, Above = 0, Below = 1)]
    public double? Ema { get; init; }

    [ConfigKey("label smoothing", Verbs.Run, Min = 0, Below = 1)]
    public double LabelSmoothing { get; init; }

    [ConfigKey("network to learn from beside the labels: a run folder, or a file of weights [none]", Verbs.Run)]
    public string? Teacher { get; init; }

    [ConfigKey("network of a teacher that is a file [that of the run]", Verbs.Run)]
    public string? TeacherModel { get; init; }

    [ConfigKey("width of a teacher that is a file [its own]", Verbs.Run, Above = 0)]
    public double? TeacherWidth { get; init; }

    [ConfigKey("share of the teacher in the loss [0.5]", Verbs.Run, Above = 0, Max = 1)]
    public double? DistillWeight { get; init; }

    [ConfigKey("temperature of teacher and pupil in the loss [2]", Verbs.Run, Above = 0)]
    public double? DistillTemperature { get; init; }

    [ConfigKey("how scales are found: max-abs or least-squares", Verbs.Run)]
    public ScaleRule Scale { get; init; } = ScaleRule.LeastSquares;

    [ConfigKey("names all randomness of the run", Verbs.Single)]
    public long Seed { get; init; } = 1;

    [ConfigKey("threads of LibTorch [digits: 1, others: all cores]", Verbs.Run, Min = 1, Max = 1024)]
    public int? Threads { get; init; }

    [ConfigKey("where to compute: cpu, cuda, cuda:1, mps", Verbs.Run)]
    public string Device { get; init; } = "cpu";

    [ConfigKey("operations on rounded operands while training: auto, fp32 or bf16", Verbs.Run)]
    public ComputeKind Compute { get; init; } = ComputeKind.Auto;

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

    [ConfigKey("leave out of the space what a target does not compute in: onnxruntime-cpu, openvino, tensorrt", Verbs.Searching)]
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

    [ConfigKey("entropy of the prior, as a share of a uniform policy's", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Above = 0, Below = 1)]
    public double? PriorEntropy { get; init; }

    [ConfigKey("share of steps at the end that train the chosen assignment [by method]", Verbs.Searching, Methods = ConfiguredMethod.Learning, Min = 0, Max = 1)]
    public double? Final { get; init; }

    [ConfigKey("quality in the reward: training-loss, training-accuracy or validation-accuracy", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public QualitySignal? Quality { get; init; }

    [ConfigKey("reward: abs, one-sided, soft-exponential or hard-exponential", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public RewardRule? Reward { get; init; }

    [ConfigKey("weight of the cost in the reward", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? Beta { get; init; }

    [ConfigKey("how the policy learns about cost: exact or sampled [by method]", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public CostGradient? CostGradient { get; init; }

    [ConfigKey("learning rate of the policy", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? PolicyLearningRate { get; init; }

    [ConfigKey("temperature of the policy", Verbs.Searching, Methods = ConfiguredMethod.Learning, Above = 0)]
    public double? Temperature { get; init; }

    [ConfigKey("decay of the moving average that rewards are compared with", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Min = 0, Below = 1)]
    public double? BaselineDecay { get; init; }

    [ConfigKey("growth of the entropy weight: cosine, linear, constant or step", Verbs.Searching, Methods = ConfiguredMethod.OneShot)]
    public EntropySchedule? EntropySchedule { get; init; }

    [ConfigKey("entropy weight at the end", Verbs.Searching, Methods = ConfiguredMethod.OneShot, Min = 0)]
    public double? EntropyWeight { get; init; }

    [ConfigKey("random assignments to choose the best of [16]", Verbs.Searching, Min = 1, Methods = ConfiguredMethod.Random)]
    public int? Candidates { get; init; }

    [ConfigKey("random vectors that the traces of the Hessian are estimated by [32]", Verbs.Searching, Min = 1, Methods = ConfiguredMethod.Sensitivity)]
    public int? Probes { get; init; }

    [ConfigKey("search through all epochs and train the choice for as many more, on top", Verbs.Searching, Methods = ConfiguredMethod.Differentiable)]
    public bool? Retrain { get; init; }

    // comparing
    [ConfigKey("methods to compare: uniform, uniform-warm (after the warm-up of a search), manual, random, sensitivity, differentiable, fliqs-plain, fliqs, bf16; options of its own by fliqs:final=0.8:prior=none [all of them]", Verbs.Compare)]
    public string? Methods { get; init; }

    [ConfigKey("budgets to compare them at, such as 1.0xINT3,1.15xINT4 [1.0xINT3]", Verbs.Compare)]
    public string? Targets { get; init; }

    [ConfigKey("one of the targets: what its searches have learnt is solved for all targets as well, without training", Verbs.Compare)]
    public string? ReSolveFrom { get; init; }

    [ConfigKey("seeds to repeat every run with [1,2,3]", Verbs.Compare)]
    public string? Seeds { get; init; }

    [ConfigKey("runs side by side, each with its share of the cores [1]", Verbs.Compare, Min = 1)]
    public int? Jobs { get; init; }

    // the run
    [ConfigKey("run folder to make [runs/ and the time]", Verbs.Run)]
    public string? Out { get; init; }
}
