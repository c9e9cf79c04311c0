namespace Fliqs.Cli;

/// <summary>An estimate of what is left of some work, from what its parts have taken so far.</summary>
internal static class TimeLeft
{
    /// <summary><c>0:04:31 left</c>; null before the first part is done and after the last.</summary>
    public static string? Text(TimeSpan elapsed, double done, long all) =>
        done > 0 && done < all ? $"{Hours(elapsed / done * (all - done))} left" : null;

    /// <summary><c>27:46:40</c>.</summary>
    public static string Hours(TimeSpan time) => $"{(int)time.TotalHours}:{time:mm\\:ss}";
}
