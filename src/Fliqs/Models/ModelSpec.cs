using Fliqs.Models.Mobile;

namespace Fliqs.Models;

/// <summary>Everything that determines a network but its weights.</summary>
/// <param name="Name">A name that <see cref="ModelCatalog"/> knows, <c>resnet20</c>.</param>
/// <param name="Classes">Number of classes, at least 2.</param>
/// <param name="Channels">Channels of the input images, 1 or 3 as a rule.</param>
/// <param name="Size">Height and width of the input images in pixels.</param>
/// <param name="Width">Convolutional networks: factor on all channel counts. Transformers: the embedding width. Null: the model's own.</param>
/// <param name="Depth">Transformers: number of blocks. Null: the model's own.</param>
/// <param name="Heads">Transformers: attention heads; divides the width. Null: the model's own.</param>
/// <param name="Patch">Transformers: height and width of a patch; divides the size. Null: the model's own.</param>
/// <param name="Stem">Networks for large images: how they begin.</param>
/// <param name="Aux">Inception-v3: whether there is an auxiliary head, which only helps training.</param>
public sealed record ModelSpec(
    string Name, int Classes, int Channels, int Size, double? Width = null, int? Depth = null, int? Heads = null, int? Patch = null,
    Stem Stem = Stem.Standard, bool Aux = false)
{
    /// <summary>A network of mobile blocks of one's own, in place of one that the catalogue knows; null for those.</summary>
    public MobileSpace? Mobile { get; init; }
}
