using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>Bytes of all quantized weights, weights times weight bits over 8, in units of 10^6. Biases and norms are left out.</summary>
public sealed class ModelSize : ICostModel
{
    /// <inheritdoc/>
    public string Name => "size";

    /// <inheritdoc/>
    public string Unit => "MB";

    /// <inheritdoc/>
    public double LayerCost(LayerShape layer, LayerFormats formats) => layer.Weights * formats.Weight.Bits / 8e6;
}
