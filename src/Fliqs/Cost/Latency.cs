using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>Milliseconds for one image by a measured table. What the table does not have is an error.</summary>
public sealed class Latency : INeighbourCost
{
    /// <summary>The name on the command line.</summary>
    public const string CostName = "latency";

    /// <summary>The unit of every latency.</summary>
    public const string CostUnit = "ms";

    private readonly string file;
    private readonly IReadOnlyDictionary<string, string> layers;
    private readonly Dictionary<(string, string, string), double> milliseconds;
    private readonly Dictionary<(string, string), LatencyChange> changes;

    /// <summary>Costs the layers of a network by a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="file">What messages call it.</param>
    /// <param name="layers">What every layer of the network is, as in the table, by its name.</param>
    public Latency(LatencyTable table, string file, IReadOnlyDictionary<string, string> layers)
    {
        (this.file, this.layers) = (file, layers);
        milliseconds = table.Entries.DistinctBy(Key).ToDictionary(Key, e => e.Milliseconds);
        changes = table.Changes.DistinctBy(c => (c.Layer, c.Next)).ToDictionary(c => (c.Layer, c.Next));

        static (string, string, string) Key(LatencyEntry e) => (e.Layer, e.Weight, e.Activation);
    }

    /// <inheritdoc/>
    public string Name => CostName;

    /// <inheritdoc/>
    public string Unit => CostUnit;

    /// <inheritdoc/>
    /// <exception cref="InputException">The table does not have the layer in these formats.</exception>
    public double LayerCost(LayerShape layer, LayerFormats formats) =>
        layers.TryGetValue(layer.Name, out var what) && milliseconds.TryGetValue((what, formats.Weight.Name, formats.Activation.Name), out var cost)
            ? cost
            : throw new InputException(
                $"{file}: has no latency of layer '{layer.Name}' ({what ?? "unknown"}) in {formats}; measure it by fliqs profile with this model and space");

    /// <inheritdoc/>
    public double ChangeCost(LayerShape layer, LayerFormats formats, LayerShape next, LayerFormats nextFormats) =>
        formats.AreComputedOn == nextFormats.AreComputedOn || !changes.TryGetValue((layers[layer.Name], layers[next.Name]), out var change) ? 0
        : nextFormats.AreComputedOn ? change.ToIntegers : change.ToFloats;
}
