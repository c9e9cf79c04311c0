using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models.Residual;

/// <summary>The blocks of a residual network and how they make up a stage.</summary>
/// <param name="Expansion">Channels of a block's output for each channel of its width.</param>
/// <param name="Create">A block by input channels, width, stride, and whether it has a projection even where its shape stays.</param>
internal sealed record ResidualBlocks(int Expansion, Func<int, int, int, bool, nn.Module<Tensor, Tensor>> Create)
{
    /// <summary>Two 3x3 convolutions a block.</summary>
    public static ResidualBlocks Basic { get; } = new(1, (inputs, width, stride, project) => new BasicBlock(inputs, width, stride, project));

    /// <summary>1x1, 3x3 and 1x1 convolutions a block, four times as wide outside as inside.</summary>
    public static ResidualBlocks Bottlenecks { get; } = new(
        Bottleneck.Expansion, (inputs, width, stride, _) => new Bottleneck(inputs, width, stride));

    /// <summary>A stage of blocks: the first changes channels and size, the others keep both.</summary>
    public Sequential Stage(int count, int inputs, int width, int stride, bool project = false) => nn.Sequential(
        Enumerable.Range(0, count).Select(i => ($"{i}", i == 0
            ? Create(inputs, width, stride, project)
            : Create(width * Expansion, width, 1, false))));
}
