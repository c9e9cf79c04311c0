namespace Fliqs.Config;

/// <summary>The verbs of the command line that run on a <see cref="RunConfig"/>.</summary>
[Flags]
public enum Verbs
{
    /// <summary>fliqs search.</summary>
    Search = 1,

    /// <summary>fliqs train.</summary>
    Train = 2,

    /// <summary>fliqs cost.</summary>
    Cost = 4,

    /// <summary>Both that train.</summary>
    Run = Search | Train,

    /// <summary>All.</summary>
    All = Run | Cost,
}
