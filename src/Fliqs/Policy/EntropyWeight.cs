namespace Fliqs.Policy;

/// <summary>lambda(t): the weight of the policy's entropy in its loss. It pushes entropy down, so that the policy settles.</summary>
public static class EntropyWeight
{
    /// <summary>The weight after a share of the learning.</summary>
    /// <param name="schedule">The shape of its growth.</param>
    /// <param name="progress">s, from 0 before the first learning step to 1 at the last.</param>
    /// <param name="end">The weight at the end; 0.5 in the authors' code.</param>
    public static double At(EntropySchedule schedule, double progress, double end) => end * schedule switch
    {
        EntropySchedule.Cosine => (1 - Math.Cos(Math.PI * progress)) / 2,
        EntropySchedule.Linear => progress,
        EntropySchedule.Constant => 1,
        EntropySchedule.Step => progress < 0.5 ? 0 : 1,
        _ => throw new ArgumentOutOfRangeException(nameof(schedule)),
    };
}
