namespace Fliqs.Space;

/// <summary>How many layers share one decision.</summary>
public enum Granularity
{
    /// <summary>Every layer has its own.</summary>
    Layer,

    /// <summary>The layers of one block share it: those whose names agree up to their first numbers (<c>layer1.0</c>).</summary>
    Block,

    /// <summary>One for the whole model.</summary>
    Model,
}
