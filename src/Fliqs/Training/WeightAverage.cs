using static TorchSharp.torch;

namespace Fliqs.Training;

/// <summary>
/// The exponential moving average of a network's weights and statistics. It begins with the network's own, and with a decay of
/// (1 + t) / (10 + t) after t steps until the given one is reached, so that the weights of the beginning are soon forgotten.
/// (The ramp is that of TensorFlow's ExponentialMovingAverage, which EfficientNet was trained with.)
/// </summary>
internal sealed class WeightAverage : IDisposable
{
    private readonly double decay;
    private readonly List<(string Name, Tensor Live, Tensor Average)> entries;

    /// <summary>The average of a network that has made no step.</summary>
    public WeightAverage(nn.Module network, double decay)
    {
        this.decay = decay;
        entries = [.. network.state_dict().Select(e => (e.Key, e.Value, e.Value.detach().clone().DetachFromDisposeScope()))];
    }

    /// <summary>Takes the network into the average.</summary>
    /// <param name="step">The number of the step that it has just made, from 0.</param>
    public void Update(int step)
    {
        using var gradients = no_grad();
        var kept = Math.Min(decay, (1.0 + step) / (10 + step));
        foreach (var (_, live, average) in entries)
        {
            if (live.is_floating_point())
                average.mul_(kept).add_(live, 1 - kept);
            else
                average.copy_(live);
        }
    }

    /// <summary>Begins anew with the network's own weights.</summary>
    public void Restart()
    {
        using var gradients = no_grad();
        foreach (var (_, live, average) in entries)
            average.copy_(live);
    }

    /// <summary>Puts the average into the network and what was there into the average; twice, and all is as it was.</summary>
    public void Exchange()
    {
        using var gradients = no_grad();
        foreach (var (_, live, average) in entries)
        {
            using var held = live.clone();
            live.copy_(average);
            average.copy_(held);
        }
    }

    /// <summary>The average by name, sharing memory with the live one.</summary>
    public IEnumerable<KeyValuePair<string, Tensor>> State() => entries.Select(e => KeyValuePair.Create($"average.{e.Name}", e.Average));

    public void Dispose()
    {
        foreach (var (_, _, average) in entries)
            average.Dispose();
    }
}
