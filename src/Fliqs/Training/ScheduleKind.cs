namespace Fliqs.Training;

/// <summary>How the learning rate falls after its warm-up.</summary>
public enum ScheduleKind
{
    /// <summary>Half a cosine, down to 0 at the end of the run.</summary>
    Cosine,

    /// <summary>By a factor every few epochs.</summary>
    Step,

    /// <summary>By the same factor over the same epochs, a little in every step.</summary>
    Exponential,
}
