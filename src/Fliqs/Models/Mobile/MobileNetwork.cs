using Fliqs.Quantization;
using static TorchSharp.torch;

namespace Fliqs.Models.Mobile;

/// <summary>
/// A network of mobile blocks: the largest one of a space. All others of the space use parts of its weights, and it can become any of
/// them between two steps.
/// </summary>
internal abstract class MobileNetwork(string name) : nn.Module<Tensor, Tensor>(name)
{
    private IReadOnlyList<(string Name, IMobileBlock Block)>? blocks;

    /// <summary>The blocks with their names, in order.</summary>
    public IReadOnlyList<(string Name, IMobileBlock Block)> Blocks => blocks ??= [.. FindBlocks()];

    /// <summary>The convolution behind the blocks.</summary>
    public abstract QuantizedConv2d Head { get; }

    /// <summary>The largest network of a space, with new weights.</summary>
    /// <param name="space">Sound, see <see cref="MobileSpace.Check"/>.</param>
    /// <param name="channels">Of the input.</param>
    /// <param name="classes">Length of the output.</param>
    public static MobileNetwork Create(MobileSpace space, int channels, int classes) => space.Block switch
    {
        MobileBlockKind.Mobilenet => new MobileNetV2(space, channels, classes),
        MobileBlockKind.Efficientnet => new EfficientNet(space, channels, classes),
        _ => throw new ArgumentOutOfRangeException(nameof(space)),
    };

    /// <summary>Lists the blocks with their names.</summary>
    protected abstract IEnumerable<(string Name, IMobileBlock Block)> FindBlocks();

    /// <summary>Makes every block what is chosen for it, beginning with a number of channels.</summary>
    public void Use(int stem, IEnumerable<BlockChoice> choices)
    {
        var inputs = stem;
        foreach (var ((_, block), choice) in Blocks.Zip(choices))
        {
            block.Use(inputs, choice);
            inputs = choice.Channels;
        }

        Head.Slice = new ConvSlice(inputs, Head.weight.shape[0], 1);
    }
}
