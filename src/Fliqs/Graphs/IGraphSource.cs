namespace Fliqs.Graphs;

/// <summary>
/// A module that can say what its forward pass computes. It is what export asks for: every module of a network has to be one, or
/// to be one of the stock modules that <see cref="GraphBuilder"/> knows.
/// </summary>
public interface IGraphSource
{
    /// <summary>Adds to a graph what the forward pass computes in evaluation.</summary>
    /// <param name="graph">Receives the operations.</param>
    /// <param name="input">The input of the forward pass.</param>
    /// <returns>The output of the forward pass.</returns>
    GraphValue Trace(GraphBuilder graph, GraphValue input);
}
