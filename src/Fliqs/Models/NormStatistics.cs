using Fliqs.Models.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Fliqs.Models;

/// <summary>The running statistics of a network's batch norms, beside those that training leaves in them.</summary>
internal sealed class NormStatistics(QuantizedModel model)
{
    private readonly List<(double? Momentum, Action<double?> Set)> norms =
    [
        .. model.Network.modules().OfType<FusedBatchNorm2d>().Select(n => ((double?)n.Momentum, (Action<double?>)(m => n.Momentum = m!.Value))),
        .. model.Network.modules().OfType<NormBase>().Where(n => n.track_running_stats).Select(n => (n.momentum, (Action<double?>)(m => n.momentum = m))),
    ];

    /// <summary>
    /// Makes them those of one batch, without gradients: means over several would not fit any of them where a value that many pixels share is
    /// next to the middle between two codes.
    /// </summary>
    /// <param name="images">[N, C, H, W].</param>
    /// <returns>False without batch norms: then nothing is done.</returns>
    public bool Take(Tensor images)
    {
        if (norms.Count == 0)
            return false;
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var training = model.Network.training;
        norms.ForEach(n => n.Set(1));
        model.Network.train();
        model.Network.forward(images);
        model.Network.train(training);
        norms.ForEach(n => n.Set(n.Momentum));
        return true;
    }

    /// <summary>The output on a batch that is normalised by its own statistics, as in training, but that no module for dropout drops anything.</summary>
    public Tensor OnBatch(Tensor images)
    {
        model.Network.train();
        foreach (var dropout in model.Network.modules().Where(m => m is KeyedDropout or Dropout or Dropout1d or Dropout2d or Dropout3d or AlphaDropout or FeatureAlphaDropout))
            dropout.eval();
        var output = model.Network.forward(images);
        model.Network.train();
        return output;
    }

    /// <summary>Copies them. The result puts the copies back, for as long as the caller's dispose scope lives.</summary>
    public Action Keep()
    {
        var buffers = model.Network.buffers().Select(b => (Live: b, Kept: b.clone())).ToList();
        return () => buffers.ForEach(b => b.Live.copy_(b.Kept));
    }
}
