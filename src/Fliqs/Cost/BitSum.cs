using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>The plain sum of weight bits and activation bits over the layers, whatever their sizes.</summary>
public sealed class BitSum : ICostModel
{
    /// <inheritdoc/>
    public string Name => "bits";

    /// <inheritdoc/>
    public string Unit => "bits";

    /// <inheritdoc/>
    public double LayerCost(LayerShape layer, LayerFormats formats) => formats.Weight.Bits + formats.Activation.Bits;
}
