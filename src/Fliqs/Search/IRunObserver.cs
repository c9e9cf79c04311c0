namespace Fliqs.Search;

/// <summary>Watches a run.</summary>
public interface IRunObserver
{
    /// <summary>After every step.</summary>
    void OnStep(StepRecord step, int totalSteps);

    /// <summary>After every epoch.</summary>
    void OnEpoch(EpochRecord epoch);

    /// <summary>Something that a person should know, one line.</summary>
    void OnNote(string message);
}
