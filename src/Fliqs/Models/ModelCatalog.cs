using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>The networks by name.</summary>
public static class ModelCatalog
{
    private static readonly Dictionary<string, (string Description, Func<ModelSpec, nn.Module<Tensor, Tensor>> Create)> Models =
        new(StringComparer.OrdinalIgnoreCase)
        {
            ["resnet8"] = ("CIFAR-style residual network, 3 stages of 1 block; --width is a factor on 16, 32, 64 channels", s => ResNet(s, 1)),
            ["resnet14"] = ("the same with 2 blocks a stage", s => ResNet(s, 2)),
            ["resnet20"] = ("the same with 3 blocks a stage", s => ResNet(s, 3)),
            ["resnet32"] = ("the same with 5 blocks a stage", s => ResNet(s, 5)),
            ["resnet56"] = ("the same with 9 blocks a stage", s => ResNet(s, 9)),
            ["vit"] = ("small vision transformer; --width 96 --depth 6 --heads 3 --patch 4", Transformer),
        };

    /// <summary>Every model with a line on what it is.</summary>
    public static IEnumerable<(string Name, string Description)> All => Models.Select(m => (m.Key, m.Value.Description));

    /// <summary>Builds a network with new weights, drawn from LibTorch's global generator.</summary>
    /// <exception cref="InputException">An unknown name, or a size that the model cannot have.</exception>
    public static QuantizedModel Create(ModelSpec spec)
    {
        if (!Models.TryGetValue(spec.Name, out var model))
            throw new InputException(
                $"unknown model '{spec.Name}'{NameSuggestion.Hint(spec.Name, Models.Keys)}; known: {string.Join(", ", Models.Keys)}");
        if (spec.Width is <= 0)
            throw new InputException($"width {spec.Width} is not positive");
        return new QuantizedModel(model.Create(spec), [spec.Channels, spec.Size, spec.Size]);
    }

    private static ResNet ResNet(ModelSpec spec, int blocks)
    {
        if (spec.Depth is not null || spec.Heads is not null || spec.Patch is not null)
            throw new InputException($"depth, heads and patch belong to transformers, not to {spec.Name}");
        int Scaled(int channels) => Math.Max(1, (int)Math.Round(channels * (spec.Width ?? 1)));
        return new ResNet(blocks, [Scaled(16), Scaled(32), Scaled(64)], spec.Classes, spec.Channels);
    }

    private static VisionTransformer Transformer(ModelSpec spec)
    {
        if (spec.Width is { } width && width != Math.Floor(width))
            throw new InputException($"width {width} of a transformer is its embedding width and has to be a whole number");
        return new VisionTransformer(
            spec.Size, spec.Patch ?? 4, spec.Channels, spec.Classes, (int)(spec.Width ?? 96), spec.Depth ?? 6, spec.Heads ?? 3);
    }
}
