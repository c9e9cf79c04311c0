using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>A cost that depends on which formats follow one another: that of a network has a part for every two neighbours, too.</summary>
public interface INeighbourCost : ICostModel
{
    /// <summary>What two layers, one after the other in the network, cost beyond what each does by itself; not negative, in <see cref="ICostModel.Unit"/>.</summary>
    double ChangeCost(LayerShape layer, LayerFormats formats, LayerShape next, LayerFormats nextFormats);
}
