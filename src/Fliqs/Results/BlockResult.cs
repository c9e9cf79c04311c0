using Fliqs.Models;
using Fliqs.Models.Mobile;

namespace Fliqs.Results;

/// <summary>A block of an architecture that was found.</summary>
/// <param name="Name">Its place, <c>stage2.block1</c>.</param>
/// <param name="Kernel">Height and width of the depthwise kernel; null for a block that is skipped, as the next three.</param>
/// <param name="Expansion">Channels inside over those of the input.</param>
/// <param name="Channels">Channels of the output.</param>
/// <param name="Stride">Stride.</param>
/// <param name="Formats">The formats of its layers, weights/activations where they differ.</param>
/// <param name="Macs">Multiply-accumulate operations for a sample.</param>
/// <param name="Cost">In the unit of the result.</param>
/// <param name="Share">Of the whole cost, 0 to 1.</param>
public sealed record BlockResult(
    string Name, int? Kernel, int? Expansion, int? Channels, int? Stride, IReadOnlyList<string> Formats, long Macs, double Cost, double Share)
{
    /// <summary>The blocks of a network, those that it skips among them.</summary>
    /// <param name="blocks">Name and description of every block; null for one that is skipped.</param>
    /// <param name="model">The network, a plain one.</param>
    /// <param name="layers">Its layers.</param>
    internal static IReadOnlyList<BlockResult> Of(
        IReadOnlyList<(string Name, MobileStage? Block)> blocks, QuantizedModel model, IReadOnlyList<LayerResult> layers)
    {
        var prefixes = new Queue<string>(((MobileNetwork)model.Network).Blocks.Select(b => b.Name + "."));
        return [.. blocks.Select(b =>
        {
            if (b.Block is not { } block)
                return new BlockResult(b.Name, null, null, null, null, [], 0, 0, 0);
            var prefix = prefixes.Dequeue();
            var own = layers.Where(l => l.Name.StartsWith(prefix, StringComparison.Ordinal)).ToList();
            return new BlockResult(
                b.Name, block.Kernel[0], block.Expansion[0], block.Channels, block.Stride,
                [.. own.Select(l => l.Weight == l.Activation ? l.Weight : $"{l.Weight}/{l.Activation}")],
                own.Sum(l => l.Macs), own.Sum(l => l.Cost), own.Sum(l => l.Share));
        })];
    }
}
