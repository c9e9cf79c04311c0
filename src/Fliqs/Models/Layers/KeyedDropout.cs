using System.Runtime.InteropServices;
using Fliqs.Graphs;
using Fliqs.Numerics;
using static TorchSharp.torch;

namespace Fliqs.Models.Layers;

/// <summary>
/// Dropout of features [N, C] without the state of a generator: the mask is a function of the number of batches that a batch
/// norm of the network has seen, which checkpoints hold. So a run that goes on from a checkpoint drops what it would have dropped.
/// </summary>
internal sealed class KeyedDropout : nn.Module<Tensor, Tensor>, IGraphSource
{
    private const long Purpose = 0x64726f70;
    private readonly double share;
    private readonly Func<long> batch;

    /// <summary>Sets a <paramref name="share"/> of the features to 0 and scales the others up, in training only.</summary>
    /// <param name="share">At least 0, less than 1.</param>
    /// <param name="clock">A norm that runs in every forward pass before this.</param>
    public KeyedDropout(double share, FusedBatchNorm2d clock)
        : base(nameof(KeyedDropout)) => (this.share, batch) = (share, () => clock.Batches);    // a field would make it a child of this

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        if (!training)
            return input;
        var stream = new RandomStream(Purpose, batch());
        var mask = empty(input.shape);
        var kept = (float)(1 / (1 - share));
        foreach (ref var factor in MemoryMarshal.Cast<byte, float>(mask.bytes))
            factor = stream.NextDouble() < share ? 0 : kept;
        return input * mask.to(input.device);
    }

    /// <inheritdoc/>
    public GraphValue Trace(GraphBuilder graph, GraphValue input) => input;
}
