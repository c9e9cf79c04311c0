using Fliqs.Space;

namespace Fliqs.Cost;

/// <summary>What a layer costs in given formats. The cost of a network is the sum over its layers, and of an
/// <see cref="INeighbourCost"/> over neighbours as well.</summary>
public interface ICostModel
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>The unit of every figure of this model, <c>GBOPs</c>.</summary>
    string Unit { get; }

    /// <summary>The cost of one layer, not negative, in <see cref="Unit"/>.</summary>
    double LayerCost(LayerShape layer, LayerFormats formats);
}
