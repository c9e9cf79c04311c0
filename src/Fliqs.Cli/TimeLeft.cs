namespace Fliqs.Cli;

/// <summary>An estimate of what is left of some work, from what its parts have taken so far.</summary>
internal static class TimeLeft
{
    /// <summary><c>0:04:31 left</c>; null before the first part is done and after the last.</summary>
    public static string? Text(TimeSpan elapsed, long done, long all) =>
        done > 0 && done < all && elapsed / done * (all - done) is var left ? $"{(int)left.TotalHours}:{left:mm\\:ss} left" : null;
}
