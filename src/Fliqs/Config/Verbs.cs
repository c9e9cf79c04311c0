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

    /// <summary>fliqs compare.</summary>
    Compare = 8,

    /// <summary>fliqs profile.</summary>
    Profile = 16,

    /// <summary>Those that make one run.</summary>
    Single = Search | Train,

    /// <summary>Those that search.</summary>
    Searching = Search | Compare,

    /// <summary>Those that train.</summary>
    Run = Single | Compare,

    /// <summary>All.</summary>
    All = Run | Cost | Profile,
}
