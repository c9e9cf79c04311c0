using System.Diagnostics;
using Fliqs.Search;

namespace Fliqs.Benchmarks;

/// <summary>The time between the ends of two steps, by phase. An epoch's end does not count.</summary>
internal sealed class StepClock : IRunObserver
{
    private readonly List<(string Phase, double Milliseconds)> times = [];
    private readonly Stopwatch clock = Stopwatch.StartNew();

    public IEnumerable<double> Of(string phase) => times.Where(t => t.Phase == phase).Select(t => t.Milliseconds);

    public void OnStep(StepRecord step, int totalSteps)
    {
        times.Add((step.Phase, clock.Elapsed.TotalMilliseconds));
        clock.Restart();
    }

    public void OnEpoch(EpochRecord epoch) => clock.Restart();

    public void OnNote(string message)
    {
    }
}
