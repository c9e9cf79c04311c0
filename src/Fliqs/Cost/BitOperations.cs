using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>
/// Bit operations for one input sample: MACs times weight bits times activation bits, in units of 10^9. The measure of the
/// FLIQS paper and of HAWQ-V3.
/// </summary>
public sealed class BitOperations : ICostModel
{
    /// <inheritdoc/>
    public string Name => "bops";

    /// <inheritdoc/>
    public string Unit => "GBOPs";

    /// <inheritdoc/>
    public double LayerCost(LayerShape layer, LayerFormats formats) =>
        layer.Macs * formats.Weight.Bits * formats.Activation.Bits / 1e9;
}
