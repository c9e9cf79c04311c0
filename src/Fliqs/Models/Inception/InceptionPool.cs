namespace Fliqs.Models.Inception;

/// <summary>What a branch of an inception block begins with.</summary>
internal enum InceptionPool
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The mean over 3x3 pixels; keeps the size.</summary>
    Average,

    /// <summary>The maximum over 3x3 pixels at every second pixel.</summary>
    Max,
}
