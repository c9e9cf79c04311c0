using Fliqs.Models.Layers;
using Fliqs.Models.Mobile;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>A network of the catalogue.</summary>
/// <param name="Description">A line on what it is.</param>
/// <param name="Create">Builds it.</param>
internal sealed record ModelEntry(string Description, Func<ModelSpec, nn.Module<Tensor, Tensor>> Create)
{
    /// <summary>Height and width of ImageNet's images in the published network; null for a network of any images.</summary>
    public int? ImageNetSize { get; init; }

    /// <summary>Whether depth, heads and patch can be chosen.</summary>
    public bool IsTransformer { get; init; }

    /// <summary>Whether there is a stem for small images.</summary>
    public bool HasSmallStem { get; init; }

    /// <summary>Whether there is an auxiliary head.</summary>
    public bool HasAux { get; init; }

    /// <summary>The blocks of a network of mobile blocks; null for others.</summary>
    public MobileSpace? Mobile { get; init; }

    /// <summary>A convolutional network for ImageNet's images.</summary>
    public static ModelEntry ForImageNet(string description, int size, Func<NetworkShape, nn.Module<Tensor, Tensor>> create) =>
        new(description, spec => create(ShapeOf(spec))) { ImageNetSize = size, HasSmallStem = true };

    /// <summary>What convolutional networks take from a specification.</summary>
    public static NetworkShape ShapeOf(ModelSpec spec) =>
        new(spec.Classes, spec.Channels, spec.Size, spec.Width ?? 1, spec.Stem == Stem.Small);

    /// <summary>Refuses what the network does not have.</summary>
    /// <exception cref="InputException">Something is set that belongs to other networks.</exception>
    public void Check(ModelSpec spec)
    {
        if (spec.Width is <= 0)
            throw new InputException($"width {spec.Width} is not positive");
        if (!IsTransformer && (spec.Depth is not null || spec.Heads is not null || spec.Patch is not null))
            throw new InputException($"depth, heads and patch belong to transformers, not to {spec.Name}");
        if (!HasSmallStem && spec.Stem == Stem.Small)
            throw new InputException($"the small stem belongs to convolutional networks for ImageNet, not to {spec.Name}");
        if (!HasAux && spec.Aux)
            throw new InputException($"the auxiliary head belongs to inception_v3, not to {spec.Name}");
    }
}
