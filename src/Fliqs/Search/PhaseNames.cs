namespace Fliqs.Search;

/// <summary>The phases as records name them.</summary>
internal static class PhaseNames
{
    /// <summary><c>warm-up</c>, <c>explore</c> or <c>final</c>.</summary>
    public static string Name(this Phase phase) => phase switch
    {
        Phase.WarmUp => "warm-up",
        Phase.Explore => "explore",
        _ => "final",
    };
}
