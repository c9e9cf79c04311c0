using Fliqs.Cost;
using Fliqs.Space;

namespace Fliqs.Tests.Cost;

/// <summary>Bit operations, and as many for a change of formats between neighbours as both layers have bits.</summary>
internal sealed class Neighbours : INeighbourCost
{
    private readonly BitOperations layers = new();

    public string Name => "neighbours";

    public string Unit => layers.Unit;

    public double LayerCost(LayerShape layer, LayerFormats formats) => layers.LayerCost(layer, formats);

    public double ChangeCost(LayerShape layer, LayerFormats formats, LayerShape next, LayerFormats nextFormats) =>
        formats.Weight == nextFormats.Activation ? 0 : 1e-7 * (formats.Weight.Bits + nextFormats.Activation.Bits);
}
