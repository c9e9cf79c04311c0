namespace Fliqs.Graphs;

/// <summary>What a network computes, as data.</summary>
/// <param name="Input">Images [N, C, H, W].</param>
/// <param name="Nodes">The operations in the order of computation.</param>
/// <param name="Output">Logits [N, classes].</param>
public sealed record NetworkGraph(GraphValue Input, IReadOnlyList<GraphNode> Nodes, GraphValue Output)
{
    /// <summary>The nodes that compute from a value.</summary>
    public IEnumerable<GraphNode> ConsumersOf(GraphValue value) => Nodes.Where(n => n.Inputs.Contains(value));
}
