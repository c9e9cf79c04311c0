using Fliqs.Numerics;

namespace Fliqs.Space;

/// <summary>Which decisions give a layer its formats.</summary>
/// <param name="Layer">The layer's module name.</param>
/// <param name="Weight">Index of the decision on the weight format.</param>
/// <param name="Activation">Index of the decision on the activation format; the same index where both are tied.</param>
/// <param name="Pinned">Set for a layer outside the search: its one format. The indices are -1 then.</param>
/// <param name="Shape">Set for a layer whose shape is searched too: what it can become.</param>
public sealed record LayerBinding(string Layer, int Weight, int Activation, NumberFormat? Pinned = null, ElasticShape? Shape = null)
{
    /// <summary>The decisions on its formats: none, one or two, that on the weights first.</summary>
    public IReadOnlyList<int> Decisions => Pinned is not null ? [] : Weight == Activation ? [Weight] : [Weight, Activation];
}
