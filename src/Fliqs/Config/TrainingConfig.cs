using Fliqs.Models;
using Fliqs.Numerics;
using Fliqs.Quantization;
using Fliqs.Training;

namespace Fliqs.Config;

/// <summary>What can be set of the network, of its data and of how it is trained, whatever its formats are.</summary>
public abstract record TrainingConfig
{
    // the network
    [ConfigKey("network, see 'fliqs cost --help' for the names, or a file of its blocks: YAML, or a result.json that holds them [digits: resnet8 of width 0.25, others: resnet20]", Verbs.All)]
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

    [ConfigKey("round what convolutions add to residual sums to INT8, so that runtimes can compute them in integers", Verbs.Run | Verbs.Profile)]
    public bool RoundSums { get; init; }

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

    [ConfigKey("peak learning rate [sgd: 0.1, for mobile blocks 0.05, rms-prop: 0.01, adam-w: 0.001]", Verbs.Run, Above = 0)]
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
}
