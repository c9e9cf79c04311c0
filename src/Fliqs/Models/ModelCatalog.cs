using Fliqs.Models.Inception;
using Fliqs.Models.Mobile;
using Fliqs.Models.Residual;
using Fliqs.Models.Transformers;
using Fliqs.Numerics;

namespace Fliqs.Models;

/// <summary>The networks by name.</summary>
public static class ModelCatalog
{
    private const int ImageNetClasses = 1000;
    private const int ImageNetChannels = 3;

    private static readonly OrderedDictionary<string, ModelEntry> Models = new(StringComparer.OrdinalIgnoreCase)
    {
        ["resnet8"] = Cifar("CIFAR-style residual network, 3 stages of 1 block; --width scales its 16, 32, 64 channels", 1),
        ["resnet14"] = Cifar("the same with 2 blocks a stage", 2),
        ["resnet20"] = Cifar("the same with 3 blocks a stage", 3),
        ["resnet32"] = Cifar("the same with 5 blocks a stage", 5),
        ["resnet56"] = Cifar("the same with 9 blocks a stage", 9),
        ["vit"] = Transformer("small vision transformer; --width 96 --depth 6 --heads 3 --patch 4", 96, 6, 4, _ => 3),
        ["resnet18"] = ResNet("residual network for ImageNet; --stem small for images of 28 to 64 pixels", ResidualBlocks.Basic, [2, 2, 2, 2]),
        ["resnet34"] = ResNet("the same, deeper", ResidualBlocks.Basic, [3, 4, 6, 3]),
        ["resnet50"] = ResNet("the same of bottleneck blocks, stride on the 3x3 convolution", ResidualBlocks.Bottlenecks, [3, 4, 6, 3]),
        ["resnet101"] = ResNet("the same, deeper", ResidualBlocks.Bottlenecks, [3, 4, 23, 3]),
        ["resnet18-tf"] = ResNet("resnet18 with a projection in stage 1 too, as in the paper", ResidualBlocks.Basic, [2, 2, 2, 2], true),
        ["resnet50-tf"] = ResNet("resnet50, which has that projection anyway", ResidualBlocks.Bottlenecks, [3, 4, 6, 3], true),
        ["mobilenet_v2"] = Mobile("inverted residuals; channels stay multiples of 8; --nas searches its blocks too", 224, MobileSpace.MobileNetV2),
        ["inception_v3"] = Inception(),
        ["efficientnet_b0"] = EfficientNet(0, 224, 1.0, 1.0, 0.2),
        ["efficientnet_b1"] = EfficientNet(1, 240, 1.0, 1.1, 0.2),
        ["efficientnet_b2"] = EfficientNet(2, 260, 1.1, 1.2, 0.3),
        ["efficientnet_b3"] = EfficientNet(3, 300, 1.2, 1.4, 0.3),
        ["efficientnet_b4"] = EfficientNet(4, 380, 1.4, 1.8, 0.4),
        ["deit_tiny"] = DeiT("vision transformer for ImageNet, width 192", 192),
        ["deit_small"] = DeiT("the same, width 384; any --width, with a head for every 64", 384),
        ["deit_base"] = DeiT("the same, width 768", 768),
    };

    /// <summary>Every model with a line on what it is.</summary>
    public static IEnumerable<(string Name, string Description)> All => Models.Select(m => (m.Key, m.Value.Description));

    /// <summary>Whether a network is a transformer. False for unknown names.</summary>
    public static bool IsTransformer(string name) => Models.TryGetValue(name, out var model) && model.IsTransformer;

    /// <summary>Whether a network is made of mobile blocks. False for unknown names.</summary>
    public static bool IsMobile(string name) => Models.TryGetValue(name, out var model) && model.Mobile is not null;

    /// <summary>The input and output of a published network: classes, channels and size. Null for networks that have none.</summary>
    public static (int Classes, int Channels, int Size)? Published(string name) =>
        Models.TryGetValue(name, out var model) && model.ImageNetSize is { } size ? (ImageNetClasses, ImageNetChannels, size) : null;

    /// <summary>Builds a network with new weights, drawn from LibTorch's global generator.</summary>
    /// <exception cref="InputException">An unknown name, or a size that the model cannot have.</exception>
    public static QuantizedModel Create(ModelSpec spec)
    {
        var model = spec.Mobile is { } space ? Mobile("", spec.Size, space) : Find(spec.Name);
        model.Check(spec);
        return new QuantizedModel(model.Create(spec), [spec.Channels, spec.Size, spec.Size]);
    }

    /// <summary>The mobile blocks that a network is made of; null for other networks.</summary>
    /// <exception cref="InputException">An unknown name.</exception>
    public static MobileSpace? MobileBlocks(string name) => Find(name).Mobile;

    private static ModelEntry Find(string name) => Models.TryGetValue(name, out var model)
        ? model
        : throw new InputException($"unknown model '{name}'{NameSuggestion.Hint(name, Models.Keys)}; known: {string.Join(", ", Models.Keys)}");

    private static ModelEntry Cifar(string description, int blocks) =>
        new(description, spec => new CifarResNet(blocks, ModelEntry.ShapeOf(spec)));

    private static ModelEntry ResNet(string description, ResidualBlocks blocks, int[] counts, bool project = false) =>
        ModelEntry.ForImageNet(description, 224, shape => new ResNet(blocks, counts, shape, project));

    private static ModelEntry Inception() =>
        new("inception-v3; --aux adds the auxiliary head for training", spec => new InceptionV3(ModelEntry.ShapeOf(spec), spec.Aux))
        {
            ImageNetSize = 299,
            HasSmallStem = true,
            HasAux = true,
        };

    private static ModelEntry EfficientNet(int number, int size, double width, double depth, double dropout) => Mobile(
        number == 0 ? "squeeze and excitation, SiLU; takes --nas" : $"the same for {size} pixels", size,
        MobileSpace.EfficientNetB0 with
        {
            Width = width,
            Dropout = dropout,
            Stages = [.. MobileSpace.EfficientNetB0.Stages.Select(s => s with { Blocks = (int)Math.Ceiling(s.Blocks * depth) })],
        });

    private static ModelEntry Mobile(string description, int size, MobileSpace space) =>
        ModelEntry.ForImageNet(description, size, s => MobileNetwork.Create(space.For(s), s.Channels, s.Classes)) with { Mobile = space };

    private static ModelEntry DeiT(string description, int width) =>
        Transformer(description, width, depth: 12, patch: 16, DeiTHeads) with { ImageNetSize = 224 };

    /// <summary>The most heads of at least 64 features: the originals', and for widths that 64 does not divide the next fewer that fit.</summary>
    private static int DeiTHeads(int width) => Enumerable.Range(1, Math.Max(1, width / 64)).Last(heads => width % heads == 0);

    private static ModelEntry Transformer(string description, int ownWidth, int depth, int patch, Func<int, int> heads) =>
        new(description, spec =>
        {
            var width = spec.Width ?? ownWidth;
            return width == Math.Floor(width)
                ? new VisionTransformer(
                    spec.Size, spec.Patch ?? patch, spec.Channels, spec.Classes, (int)width, spec.Depth ?? depth, spec.Heads ?? heads((int)width))
                : throw new InputException($"width {width} of a transformer is its embedding width and has to be a whole number");
        })
        {
            IsTransformer = true,
        };
}
