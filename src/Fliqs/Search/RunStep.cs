using Fliqs.Data;

namespace Fliqs.Search;

/// <summary>One step of a run.</summary>
/// <param name="Index">From 0.</param>
/// <param name="Total">Steps of the whole run.</param>
/// <param name="Epoch">From 0.</param>
/// <param name="Batch">The training batch.</param>
public readonly record struct RunStep(int Index, int Total, int Epoch, Batch Batch)
{
    /// <summary>The share of the run that lies behind, in [0, 1).</summary>
    public double Progress => Index / (double)Total;
}
