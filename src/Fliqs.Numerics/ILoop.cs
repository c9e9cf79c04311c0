namespace Fliqs.Numerics;

/// <summary>A loop whose iterations may run in any order and at the same time; see <see cref="WorkerThreads.For"/>.</summary>
internal interface ILoop
{
    /// <summary>Runs iterations <paramref name="start"/>..<paramref name="end"/> - 1.</summary>
    void Run(int start, int end);
}
